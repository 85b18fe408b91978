import CLinux

/// The memory that the process has from the system.
public enum AllocatorMemory {
    /// Gives back what is free now. Reading a large file takes many times what is kept of it, and the allocator keeps what
    /// it once had. Takes some milliseconds.
    public static func giveBack() { _ = martlet_give_memory_back() }
}
