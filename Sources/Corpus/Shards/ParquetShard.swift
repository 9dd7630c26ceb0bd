internal import CParquet

/// The text column of a Parquet file; a row group is a block.
///
/// Safe to read from several threads: each read opens the file anew over the footer read once.
final class ParquetShard: @unchecked Sendable {  // the C side shares only what it never changes
    private let parquet: CPParquetRef
    private let location: String
    private let column: Int
    /// Rows of each row group.
    let rowCounts: [Int]

    init(_ location: String, column name: String) throws(ShardError) {
        let shard = ShardStore.shown(location)
        var error = CPError()
        let opened = cp_parquet_open(location, &error)
        try ShardStore.check(&error, location)
        guard let parquet = opened else { preconditionFailure("no Parquet file and no error") }
        let names = (0..<cp_parquet_column_count(parquet)).map {
            String(cString: cp_parquet_column_name(parquet, $0))
        }
        let found = names.firstIndex(of: name)
        let isText = found.map { cp_parquet_column_is_text(parquet, $0) } ?? false
        guard let found, isText else {
            let type = found.map { String(cString: cp_parquet_column_type(parquet, $0)) }
            cp_parquet_free(parquet)
            if let type { throw .notText(column: name, shard: shard, line: nil, type: type) }
            throw .missingColumn(name, shard: shard, line: nil, has: names)
        }
        self.parquet = parquet
        self.location = location
        column = found
        rowCounts = (0..<cp_parquet_group_count(parquet)).map {
            Int(cp_parquet_row_count(parquet, $0))
        }
    }

    deinit { cp_parquet_free(parquet) }

    func read(group: Int, into sieve: inout RowSieve) throws(ShardError) {
        var error = CPError()
        let read = cp_parquet_read(parquet, group, column, &error)
        try ShardStore.check(&error, location)
        guard let text = read else { preconditionFailure("no text and no error") }
        defer { cp_text_free(text) }
        let offsets = cp_text_offsets(text)
        let bytes = cp_text_bytes(text)
        for row in 0..<cp_text_count(text) {
            if cp_text_is_null(text, row) {
                sieve.takeNull()
            } else {
                let (start, end) = (Int(offsets[row]), Int(offsets[row + 1]))
                sieve.take(Array(UnsafeBufferPointer(start: bytes + start, count: end - start)))
            }
        }
    }
}
