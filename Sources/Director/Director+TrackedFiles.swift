import KeepalivedConfig
import LinuxSystem
import Logging

extension Director {
    /// `init_file`: what a tracked file says before anybody else has written to it.
    func writeInitialNumbers() {
        guard !options.isDryRun else { return }
        for file in configuration.trackFiles {
            guard let initial = file.initial, initial.overwrites || !SmallFile.isThere(file.path) else { continue }
            do throws(SystemError) {
                try SmallFile.replace(file.path, with: "\(initial.value)\n".utf8)
            } catch {
                loggers.parent.warning("track_file \(file.name): \(error)")
            }
        }
    }
}
