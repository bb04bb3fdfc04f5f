namespace ClosedDoor.Chaos;

/// <summary>What goes wrong, one after the other, each made good again before the next.</summary>
sealed class Faults
{
    readonly List<(string Name, Func<Task> Do, int Unnoted)> _faults = [];
    readonly MailSink _mail;
    readonly Sandbox _stripe;
    readonly Random _random;
    readonly Verdict _verdict;
    int _jumps;
    int _jumpsSeen;

    public Faults(IReadOnlyList<Instance> instances, MailSink mail, Sandbox stripe, Random random, Verdict verdict)
    {
        (Instances, _mail, _stripe, _random, _verdict) = (instances, mail, stripe, random, verdict);
        Add("an instance is killed", () => Kill(instances[random.Next(instances.Count)]), unnoted: 1);
        if (instances.Count > 1)
            Add("all instances are killed", () => Kill([.. instances]), unnoted: instances.Count);
        Add("the mail server is gone", () => Weather(MailWeather.Gone), unnoted: 0);
        Add("the mail server defers", () => Weather(MailWeather.Deferring), unnoted: 0);
        // Which mails those are, the server itself knows.
        Add("the mail server hangs up", () => Weather(MailWeather.HangingUp), unnoted: 0);
        if (instances.Any(instance => instance.Clock is null))
        {
            Verdict.NotTried(
                "clocks that jump: there is no C compiler with its headers (Debian: apt-get install gcc libc6-dev)"
            );
            return;
        }
        // Whose clock is ahead takes the others' leases for ended.
        Add("a clock jumps ahead", () => Jump(TimeSpan.FromMinutes(random.Next(1, 180))), instances.Count);
        Add("a clock jumps back", () => Jump(TimeSpan.FromMinutes(-random.Next(1, 180))), instances.Count);
    }

    public IReadOnlyList<Instance> Instances { get; }

    /// <summary>How many batches of mails may have been handed over, and that not noted, by what has gone wrong so far.</summary>
    public int Unnoted { get; private set; }

    /// <param name="name">For people.</param>
    /// <param name="fault">Ends once it is made good.</param>
    /// <param name="unnoted">How many instances it keeps from noting what they have just sent.</param>
    public void Add(string name, Func<Task> fault, int unnoted) => _faults.Add((name, fault, unnoted));

    /// <summary>For as long as a fault lasts.</summary>
    public Task While() => Task.Delay(_random.Next(500, 3500));

    /// <summary>For what shows only once buffers are full.</summary>
    public Task WhileLonger() => Task.Delay(_random.Next(4000, 8000));

    /// <summary>One fault after the other for that time, or longer until each has happened once; and Stripe's beside them.</summary>
    public async Task Run(TimeSpan time)
    {
        var began = TimeProvider.System.GetTimestamp();
        void Say(string what) =>
            Console.WriteLine($"  {TimeProvider.System.GetElapsedTime(began).TotalSeconds, 6:F1} s  {what}");
        using var stop = new CancellationTokenSource();
        var beside = new StripeFaults(_stripe, new Random(_random.Next())).Run(Say, stop.Token);
        var left = new Queue<(string Name, Func<Task> Do, int Unnoted)>();
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
            Say(fault.Name);
            Unnoted += fault.Unnoted;
            await fault.Do();
            done++;
            foreach (var instance in Instances)
            {
                if (!await instance.Ready(TimeSpan.FromSeconds(60)))
                    _verdict.Wrong($"{instance.Name} is not ready a minute after {fault.Name}:\n{instance.Tail()}");
            }
        }
        await stop.CancelAsync();
        await beside;
        if (_jumps > 0)
            _verdict.Check(_jumpsSeen == _jumps, $"clocks jumped ({_jumpsSeen} of {_jumps} times an instance said so)");
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
        // A clock that the instance does not go by would be no fault at all.
        _jumps++;
        if (await instance.GoesBy(by))
            _jumpsSeen++;
        instance.Clock.Set(TimeSpan.Zero);
    }
}
