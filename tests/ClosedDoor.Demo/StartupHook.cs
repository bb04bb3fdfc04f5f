using System.Diagnostics;
using ClosedDoor.Demo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>
/// What DOTNET_STARTUP_HOOKS calls before the service's Main: the service that is told the story has the story's clock,
/// and is else the one that everybody runs. Runtime and hosting prescribe the name, the place and the event.
/// </summary>
#pragma warning disable CA1050, MA0047 // The runtime looks for it outside of any namespace.
sealed class StartupHook : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
#pragma warning restore CA1050, MA0047
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(StoryClock.Variable) is not null)
            DiagnosticListener.AllListeners.Subscribe(new StartupHook());
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
            value.Subscribe(this);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: "HostBuilding", Value: IHostBuilder host })
            host.ConfigureServices(services => services.AddSingleton<TimeProvider>(Clock()));
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    static StoryClock Clock() => new(Environment.GetEnvironmentVariable(StoryClock.Variable)!);
}
