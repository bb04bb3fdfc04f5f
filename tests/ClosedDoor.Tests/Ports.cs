using System.Net;
using System.Net.Sockets;

namespace ClosedDoor.Tests;

/// <summary>Ports on loopback for the servers that a run starts.</summary>
static class Ports
{
    static int s_taken;

    /// <summary>
    /// Below those that the system gives out by itself: nobody else is given it while whom it is for is not up yet, or not
    /// up again. Each process looks from a place of its own.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = 10_000 + (Environment.ProcessId * 131 + Interlocked.Increment(ref s_taken)) % 10_000;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
