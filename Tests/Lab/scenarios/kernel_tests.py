"""The Swift tests that want a real kernel with IPVS, run on one."""

import os
import re

from lab.director import REPOSITORY
from lab.scenario import scenario
from lab.wait import Failure

BUNDLE = os.path.join(REPOSITORY, ".build", "debug", "martletPackageTests.xctest")


@scenario("IPVSKernelTests on a kernel with IPVS", ipvs=True, alone=True, only="martlet", timeout=420)
def swift_tests(lab):
    if not os.path.exists(BUNDLE):
        raise Failure("there is no test bundle: run swift build --build-tests")
    host, = lab.add_hosts("enp0s3", {"ds1": "10.1.80.91"})
    result = host.run([BUNDLE, "--testing-library", "swift-testing", "--filter", "IPVSKernelTests"], check=False,
                      timeout=400)
    output = result.stdout + result.stderr
    summary = re.search(r"Test run with (\d+) tests?.* (passed|failed)", output)
    if result.returncode != 0 or not summary:
        raise Failure(f"status {result.returncode}\n{output[-6000:]}")
    if int(summary.group(1)) == 0 or "skipped" in output:
        raise Failure(f"tests were skipped or there were none\n{output[-3000:]}")
    print(summary.group(0))
