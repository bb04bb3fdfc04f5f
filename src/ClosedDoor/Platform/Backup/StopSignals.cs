using System.Runtime.InteropServices;

namespace ClosedDoor.Platform.Backup;

/// <summary>
/// SIGTERM, SIGINT (Ctrl-C) and SIGHUP as a token, as long as this lives: what is at work ends, and clears up behind itself.
/// Without it they end the process at once.
/// </summary>
sealed class StopSignals : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly PosixSignalRegistration[] _registrations;

    /// <param name="listen">False leaves the signals as they are, for work that cannot be stopped.</param>
    public StopSignals(bool listen) =>
        _registrations = listen
            ?
            [
                .. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }.Select(signal =>
                    PosixSignalRegistration.Create(signal, Stop)
                ),
            ]
            : [];

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _stop.Cancel();
    }
}
