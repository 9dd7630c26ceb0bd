import Journal
import Testing

@Suite struct MetricTests {
    @Test func everyMetricIsThereOnce() {
        let names = Metric.table.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Metric.table.allSatisfy { !$0.title.isEmpty })
    }

    @Test(arguments: [
        ("loss", Metric.Better.lower), ("val_bpb", .lower), ("val_loss_forward", .lower),
        ("reward", .higher), ("core_forward", .higher), ("kl", .neither), ("grad_norm", .neither),
        ("clip_fraction", .neither), ("Val-BPB", .lower),
        // Not in the table, however they are spelled.
        ("accuracy_loss", .neither), ("my_acc", .neither), ("lossless", .neither),
    ])
    func betterIsWhatTheTableSays(name: String, better: Metric.Better) {
        #expect(Metric.named(name).better == better)
    }

    @Test func metricsOfTasksAreKnownByTheirTasks() {
        let accuracy = Metric.named("arc-easy_acc_forward", tasks: ["arc_easy"])
        #expect(accuracy.better == .higher && accuracy.bounds == 0...1)
        #expect(Metric.named("chatcore_mmlu", tasks: ["mmlu"]).bounds.upperBound == 1)
        #expect(Metric.named("arc_easy_acc").better == .neither)
        #expect(Metric.named("val_bpb").axisTitle == "validation (bits per byte)")
    }
}
