using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ClosedDoor.Benchmarks;

/// <summary>What the load generator is to do: each client sends its requests one after the other on a connection of its own.</summary>
/// <param name="Requests">Whole HTTP requests, per client. With <paramref name="Repeat"/> they start over at their end.</param>
/// <param name="Seconds">The longest that it runs.</param>
sealed record LoadPlan(int Port, string[][] Requests, bool Repeat, double Seconds);

/// <param name="Times">Microseconds that each answer took, the quickest first.</param>
/// <param name="Elapsed">Seconds from the first request to the last answer.</param>
/// <param name="Statuses">How many answers had which status.</param>
sealed record LoadResult(int[] Times, double Elapsed, Dictionary<int, long> Statuses)
{
    public int Answers => Times.Length;

    public double PerSecond => Answers / Elapsed;

    /// <summary>Milliseconds within which 99 of a hundred answers came.</summary>
    public double P99 => Times.Length == 0 ? 0 : Times[Math.Min(Times.Length - 1, (int)(Times.Length * 0.99))] / 1000.0;

    public long Count(int status) => Statuses.GetValueOrDefault(status);

    /// <summary>Several runs as one.</summary>
    public static LoadResult Together(IReadOnlyCollection<LoadResult> runs) =>
        new(
            [.. runs.SelectMany(run => run.Times).Order()],
            runs.Sum(run => run.Elapsed),
            runs.SelectMany(run => run.Statuses)
                .GroupBy(pair => pair.Key, pair => pair.Value)
                .ToDictionary(group => group.Key, group => group.Sum())
        );
}

/// <summary>
/// A load generator on bare sockets, so that it takes as little as possible of the machine that it shares with what it
/// measures. Runs in a process of its own: <c>load PLAN</c> prints its result as JSON.
/// </summary>
static class Load
{
    public static async Task<int> Generate(string planFile)
    {
        var plan = JsonSerializer.Deserialize<LoadPlan>(await File.ReadAllTextAsync(planFile))!;
        Console.WriteLine(JsonSerializer.Serialize(await Run(plan)));
        return 0;
    }

    /// <summary>Runs the plan in a process of its own and waits for it.</summary>
    public static async Task<LoadResult> InOwnProcess(LoadPlan plan)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(plan));
            using var process = Process.Start(
                new ProcessStartInfo("dotnet", [typeof(Load).Assembly.Location, "load", file])
                {
                    RedirectStandardOutput = true,
                    UseShellExecute = false,
                }
            )!;
            using var hung = new CancellationTokenSource(TimeSpan.FromSeconds(plan.Seconds + 60));
            using var end = hung.Token.Register(() => process.Kill()); // A server that stops answering fails the run.
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<LoadResult>(output)!
                : throw new InvalidOperationException($"The load generator ended with {process.ExitCode}.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    static async Task<LoadResult> Run(LoadPlan plan)
    {
        var clients = await Task.WhenAll(plan.Requests.Select(requests => Client.Connect(plan.Port, requests)));
        var started = Stopwatch.GetTimestamp();
        var until = started + (long)(plan.Seconds * Stopwatch.Frequency);
        await Task.WhenAll(clients.Select(client => Task.Run(() => client.Run(plan.Repeat, until))));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;

        var times = clients.SelectMany(client => client.Times).ToArray();
        Array.Sort(times);
        var statuses = clients
            .SelectMany(client => client.Statuses)
            .GroupBy(pair => pair.Key, pair => pair.Value)
            .ToDictionary(group => group.Key, group => group.Sum());
        return new(times, elapsed, statuses);
    }

    sealed class Client(Socket socket, byte[][] requests)
    {
        readonly byte[] _buffer = new byte[64 * 1024];

        /// <summary>Microseconds, one an answer.</summary>
        public List<int> Times { get; } = [];

        public Dictionary<int, long> Statuses { get; } = [];

        public static async Task<Client> Connect(int port, string[] requests)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return new(socket, [.. requests.Select(Encoding.UTF8.GetBytes)]);
        }

        public async Task Run(bool repeat, long until)
        {
            for (var i = 0; repeat || i < requests.Length; i++)
            {
                var began = Stopwatch.GetTimestamp();
                if (began >= until)
                    break;
                await socket.SendAsync(requests[i % requests.Length], SocketFlags.None);
                var status = await ReadAnswer();
                Times.Add((int)Stopwatch.GetElapsedTime(began).TotalMicroseconds);
                Statuses[status] = Statuses.GetValueOrDefault(status) + 1;
            }
            socket.Dispose();
        }

        /// <summary>Reads one answer with a Content-Length, which is how every answer here comes.</summary>
        async ValueTask<int> ReadAnswer()
        {
            var read = 0;
            while (true)
            {
                var count = await socket.ReceiveAsync(_buffer.AsMemory(read), SocketFlags.None);
                if (count == 0)
                    throw new InvalidOperationException("The server closed the connection.");
                read += count;
                if (Parse(_buffer.AsSpan(0, read)) is { } answer && read >= answer.Length)
                    return answer.Status;
            }
        }

        static (int Status, int Length)? Parse(ReadOnlySpan<byte> answer)
        {
            var end = answer.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return null;
            var status = (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + (answer[11] - '0');
            var header = answer[..end].IndexOf("Content-Length: "u8);
            if (header < 0)
                return (status, end + 4);
            var length = 0;
            foreach (var digit in answer[(header + 16)..])
            {
                if (digit is < (byte)'0' or > (byte)'9')
                    break;
                length = length * 10 + digit - '0';
            }
            return (status, end + 4 + length);
        }
    }
}
