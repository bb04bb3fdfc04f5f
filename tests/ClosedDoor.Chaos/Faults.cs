namespace ClosedDoor.Chaos;

/// <summary>What goes wrong, one after the other, each made good again before the next.</summary>
sealed class Faults
{
    readonly List<(string Name, Func<Task> Do, bool DisturbsMail)> _faults = [];
    readonly MailSink _mail;
    readonly Random _random;
    readonly Verdict _verdict;

    public Faults(IReadOnlyList<Instance> instances, MailSink mail, Random random, Verdict verdict)
    {
        (Instances, _mail, _random, _verdict) = (instances, mail, random, verdict);
        Add("an instance is killed", () => Kill(instances[random.Next(instances.Count)]), disturbsMail: true);
        if (instances.Count > 1)
            Add("all instances are killed", () => Kill([.. instances]), disturbsMail: true);
        Add("the mail server is gone", () => Weather(MailWeather.Gone), disturbsMail: false);
        Add("the mail server defers", () => Weather(MailWeather.Deferring), disturbsMail: false);
        Add("the mail server hangs up", () => Weather(MailWeather.HangingUp), disturbsMail: true);
        if (instances.Any(instance => instance.Clock is null))
        {
            Verdict.NotTried(
                "clocks that jump: there is no C compiler with its headers (Debian: apt-get install gcc libc6-dev)"
            );
            return;
        }
        // Whose clock is ahead takes the others' leases for ended.
        Add("a clock jumps ahead", () => Jump(TimeSpan.FromMinutes(random.Next(1, 180))), disturbsMail: true);
        Add("a clock jumps back", () => Jump(TimeSpan.FromMinutes(-random.Next(1, 180))), disturbsMail: true);
    }

    public IReadOnlyList<Instance> Instances { get; }

    /// <summary>How many faults there were in which a mail may have gone out unnoticed.</summary>
    public int DisturbedMail { get; private set; }

    public void Add(string name, Func<Task> fault, bool disturbsMail) => _faults.Add((name, fault, disturbsMail));

    /// <summary>For as long as a fault lasts.</summary>
    public Task While() => Task.Delay(_random.Next(500, 3500));

    /// <summary>For what shows only once buffers are full.</summary>
    public Task WhileLonger() => Task.Delay(_random.Next(4000, 8000));

    /// <summary>One fault after the other for that time, or longer until each has happened once.</summary>
    public async Task Run(TimeSpan time)
    {
        var began = TimeProvider.System.GetTimestamp();
        var left = new Queue<(string Name, Func<Task> Do, bool DisturbsMail)>();
        var done = 0;
        while (TimeProvider.System.GetElapsedTime(began) < time || done < _faults.Count)
        {
            await Task.Delay(_random.Next(800, 2500));
            if (left.Count == 0)
            {
                // Each in its turn, in an order of the seed's.
                var order = _faults.ToArray();
                _random.Shuffle(order);
                left = new(order);
            }
            var fault = left.Dequeue();
            foreach (var instance in Instances.Where(instance => !instance.Running))
                _verdict.Wrong($"{instance.Name} ended by itself:\n{instance.Tail()}");
            Console.WriteLine($"  {TimeProvider.System.GetElapsedTime(began).TotalSeconds, 6:F1} s  {fault.Name}");
            if (fault.DisturbsMail)
                DisturbedMail++;
            await fault.Do();
            done++;
            foreach (var instance in Instances)
            {
                if (!await instance.Ready(TimeSpan.FromSeconds(60)))
                    _verdict.Wrong($"{instance.Name} is not ready a minute after {fault.Name}:\n{instance.Tail()}");
            }
        }
    }

    async Task Kill(params Instance[] instances)
    {
        foreach (var instance in instances)
            await instance.Kill();
        await Task.Delay(_random.Next(0, 1000));
        foreach (var instance in instances)
            instance.Launch();
    }

    async Task Weather(MailWeather weather)
    {
        _mail.Weather = weather;
        await While();
        _mail.Weather = MailWeather.Fair;
    }

    async Task Jump(TimeSpan by)
    {
        var instance = Instances[_random.Next(Instances.Count)];
        instance.Clock!.Set(by);
        await While();
        instance.Clock.Set(TimeSpan.Zero);
    }
}
