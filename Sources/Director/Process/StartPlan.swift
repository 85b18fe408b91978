public import ControlPlane
import HealthChecks
import IPVS
import KeepalivedConfig
import LinuxSystem
import Netlink

/// What a start would do where no director runs: the kernel's table is read and left as it is.
public enum StartPlan {
    /// Reads the configuration and compares it with the table.
    ///
    /// - Throws: when the table cannot be read.
    public static func report(
        reader: ConfigurationReader, usesColour: Bool
    ) throws(DirectorError) -> PlanReport {
        let result = reader.read()
        let diagnostics = DiagnosticsReport(result, file: reader.path, usesColour: usesColour)
        guard let configuration = result.configuration else {
            return PlanReport(file: reader.path, reason: result.refusal(), diagnostics: diagnostics)
        }
        var plan = ReloadPlan()
        if configuration.needsIPVS { plan.commands = try commands(configuration) }
        plan.elections = configuration.instances.map { instance in
            var change = ElectionChange(
                instance: instance.name,
                outcome: "takes part in the election and takes over where it hears no better master")
            change.newPriority = instance.priority
            return change
        }
        return PlanReport(
            file: reader.path, isPossible: true, changesSomething: !plan.isEmpty,
            message: plan.isEmpty ? "a start would change nothing" : "a start would do what is listed",
            changes: plan.lines, diagnostics: diagnostics)
    }

    private static func commands(_ configuration: Configuration) throws(DirectorError) -> [Command] {
        let resolver = ScriptResolver(configuration.global)
        let pools = configuration.pools(resolver: resolver).map { ServicePool.start($0).pool.desired }
        let actual = try table(configuration.root)
        guard configuration.global.lvsFlush, !actual.pools.isEmpty else {
            return Planner.plan(desired: Table(pools), actual: actual, owned: [])
        }
        return [.flush] + Planner.plan(desired: Table(pools), actual: Table(), owned: [])
    }

    private static func table(_ root: RootDefinitions) throws(DirectorError) -> Table {
        let namespaces: DirectorNamespaces
        do throws(SystemError) { namespaces = try DirectorNamespaces(root) } catch { throw .ipvs(.socket(error)) }
        let client: IPVSClient
        do throws(IPVSUnavailable) { client = try IPVSClient.open(in: namespaces.ipvs ?? namespaces.network) } catch {
            throw .ipvs(error)
        }
        do throws(NetlinkError) {
            return Table(snapshots: try client.pools())
        } catch {
            throw .table(error)
        }
    }
}
