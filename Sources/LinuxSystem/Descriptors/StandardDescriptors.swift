import Glibc

/// Standard input, output and error of this process.
public enum StandardDescriptors {
    /// Takes up those that the process was started without (`<&-`), so that no socket or file gets their numbers: it would
    /// be read as input, or get the log. Reading, or writing, them fails as it did before. Call it before anything is
    /// opened.
    public static func occupy() {
        for (number, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)] {
            guard fcntl(number, F_GETFD) == -1, errno == EBADF else { continue }
            // The lowest number that is free is this one.
            _ = open("/dev/null", mode)
        }
    }
}
