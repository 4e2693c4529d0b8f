// Thread counts, dispose scopes' counters and the count of live native objects belong to the process: tests take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
