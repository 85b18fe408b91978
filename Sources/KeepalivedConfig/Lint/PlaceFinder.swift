import Addressing

/// Finds the words behind elements of the model, in the syntax tree that they were read from.
struct PlaceFinder: Sendable {
    let tree: SyntaxTree
    let elements: ElementPlaces
    /// Statements outside every block, by the places of their keyword and of their first argument. Made when the
    /// first place is asked for: most files have nothing to say.
    private var roots: [Span: Int]?
    /// The lines of the virtual addresses of an instance, made when the first of them is asked for.
    private var addressLines: [Int: [IPAddress: Int]] = [:]

    init(tree: SyntaxTree, elements: ElementPlaces) {
        self.tree = tree
        self.elements = elements
    }

    /// The statement of an instance; the index counts in ``Configuration/instances``.
    mutating func instance(_ index: Int) -> Int? {
        elements.instances.indices.contains(index) ? root(elements.instances[index]) : nil
    }

    /// The statement of a virtual server; the index counts in ``Configuration/virtualServers``.
    mutating func virtualServer(_ index: Int) -> Int? {
        elements.virtualServers.indices.contains(index) ? root(elements.virtualServers[index]) : nil
    }

    /// The statement of a real server; the indices count in ``Configuration/virtualServers`` and
    /// ``VirtualServer/realServers``.
    mutating func realServer(_ index: Int, of server: Int) -> Int? {
        guard elements.realServers.indices.contains(server), elements.realServers[server].indices.contains(index),
            let pool = virtualServer(server)
        else { return nil }
        let span = elements.realServers[server][index]
        return children(of: pool).first { tree.span($0) == span || tree.argument(0, of: $0)?.span == span }
    }

    /// The line of a virtual address of an instance, or the instance where there is none.
    mutating func place(of address: IPAddress, in index: Int) -> Span {
        let statement = instance(index)
        let lines = addressLines[index] ?? addressLines(of: statement)
        addressLines[index] = lines
        return keyword(of: lines[address] ?? statement)
    }

    private func addressLines(of statement: Int?) -> [IPAddress: Int] {
        var lines: [IPAddress: Int] = [:]
        for block in statement.map({ children(of: $0) }) ?? [] {
            guard let word = tree.keyword(block),
                ["virtual_ipaddress", "virtual_ipaddress_excluded"].contains(tree.string(word))
            else { continue }
            for line in children(of: block) {
                guard let word = tree.keyword(line), let address = Prefix(tree.string(word))?.address,
                    lines[address] == nil
                else { continue }
                lines[address] = line
            }
        }
        return lines
    }

    /// The statement outside every block with this keyword and first argument.
    func root(_ keywords: Set<String>, named name: String) -> Int? {
        rootStatements.first { statement in
            tree.argument(0, of: statement).map { tree.string($0) } == name
                && tree.keyword(statement).map { keywords.contains(tree.string($0)) } ?? false
        }
    }

    /// Where an `SSL` block names a file.
    func fileOfTLS(_ path: String) -> Span? {
        for statement in rootStatements where tree.keyword(statement).map({ tree.string($0) }) == "SSL" {
            for child in children(of: statement) {
                if let file = tree.argument(0, of: child), tree.string(file) == path { return file.span }
            }
        }
        return nil
    }

    /// Where a network namespace is named.
    func namespace(_ name: String) -> Span? {
        root(["net_namespace", "net_namespace_ipvs"], named: name).flatMap { tree.argument(0, of: $0)?.span }
    }

    /// The last statement directly in a block with one of these keywords: the one that counts.
    func last(_ keywords: Set<String>, in statement: Int?) -> Int? {
        guard let statement else { return nil }
        return children(of: statement).last { child in
            tree.keyword(child).map { keywords.contains(tree.string($0)) } ?? false
        }
    }

    /// A line in the blocks with this keyword directly in a statement's block.
    func line(of keywords: Set<String>, in statement: Int?, where isWanted: (String) -> Bool) -> Int? {
        guard let statement else { return nil }
        for block in children(of: statement) {
            guard let word = tree.keyword(block), keywords.contains(tree.string(word)) else { continue }
            let line = children(of: block).first { line in tree.keyword(line).map { isWanted(tree.string($0)) } ?? false
            }
            if let line { return line }
        }
        return nil
    }

    /// The value of a statement, or its keyword where it has none; the start of the text for no statement.
    func value(of statement: Int?) -> Span {
        guard let statement else { return Span(start: 0, length: 0) }
        return tree.argument(0, of: statement)?.span ?? tree.span(statement)
    }

    /// The keyword of a statement; the start of the text for no statement.
    func keyword(of statement: Int?) -> Span { statement.map { tree.span($0) } ?? Span(start: 0, length: 0) }

    /// The statements directly in the block of a statement.
    func children(of statement: Int) -> [Int] { statements(in: tree.block(of: statement)) }

    /// The statements outside every block.
    var rootStatements: [Int] { statements(in: 0..<tree.statements.count) }

    private func statements(in range: Range<Int>) -> [Int] {
        var result: [Int] = []
        var index = range.lowerBound
        while index < range.upperBound {
            result.append(index)
            index = max(index + 1, Int(tree.statements[index].next))
        }
        return result
    }

    private mutating func root(_ span: Span) -> Int? {
        if let roots { return roots[span] }
        var found: [Span: Int] = [:]
        for statement in rootStatements {
            found[tree.span(statement)] = statement
            if let word = tree.argument(0, of: statement) { found[word.span] = statement }
        }
        roots = found
        return found[span]
    }
}
