using System.Globalization;
using ClosedDoor.Chaos;

// make cluster: chaos cluster SERVICE_DLL [PREVIOUS_SERVICE_DLL]
// make chaos:   chaos faults SERVICE_DLL SEED MINUTES
switch (args)
{
    case ["cluster", var dll, .. var previous]:
        return await Judged(args[0], verdict => new ClusterRun(dll, previous.FirstOrDefault(), verdict).Run());
    case ["faults", var dll, var number, var length]
        when int.TryParse(number, CultureInfo.InvariantCulture, out var seed)
            && double.TryParse(length, CultureInfo.InvariantCulture, out var minutes)
            && minutes is > 0 and < 10_000:
        Console.WriteLine($"Again with: make chaos SEED={number} MINUTES={length}");
        return await Judged("chaos", verdict => new FaultsRun(dll, seed, TimeSpan.FromMinutes(minutes), verdict).Run());
    default:
        Console.Error.WriteLine(
            "usage: chaos cluster SERVICE_DLL [PREVIOUS_DLL] | chaos faults SERVICE_DLL SEED MINUTES (numbers both)"
        );
        return 2;
}

static async Task<int> Judged(string name, Func<Verdict, Task> run)
{
    var verdict = new Verdict();
    await run(verdict);
    return verdict.Say(name);
}
