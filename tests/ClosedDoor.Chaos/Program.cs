using ClosedDoor.Chaos;

// make cluster: chaos cluster SERVICE_DLL [PREVIOUS_SERVICE_DLL]
// make chaos:   chaos faults SERVICE_DLL SEED MINUTES
switch (args)
{
    case ["cluster", var dll, .. var previous]:
        return await Judged(args[0], verdict => new ClusterRun(dll, previous.FirstOrDefault(), verdict).Run());
    case ["faults", var dll, var seed, var minutes]:
        Console.WriteLine($"Again with: make chaos SEED={seed} MINUTES={minutes}");
        return await Judged(
            "chaos",
            verdict => new FaultsRun(dll, int.Parse(seed), TimeSpan.FromMinutes(double.Parse(minutes)), verdict).Run()
        );
    default:
        Console.Error.WriteLine(
            "usage: chaos cluster SERVICE_DLL [PREVIOUS_DLL] | chaos faults SERVICE_DLL SEED MINUTES"
        );
        return 2;
}

static async Task<int> Judged(string name, Func<Verdict, Task> run)
{
    var verdict = new Verdict();
    await run(verdict);
    return verdict.Say(name);
}
