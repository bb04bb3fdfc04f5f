using System.Net;
using System.Net.Sockets;

namespace ClosedDoor.Platform.Identity;

/// <summary>
/// The address that limits count by. An IPv6 subscriber is given a /64 at the least (RFC 6177), so the whole /64 is one:
/// otherwise a guesser would have a fresh address for every guess.
/// </summary>
static class ClientAddress
{
    public static string Of(IPAddress? remote)
    {
        if (remote is null)
            return "unknown";
        if (remote.IsIPv4MappedToIPv6)
            return remote.MapToIPv4().ToString();
        if (remote.AddressFamily != AddressFamily.InterNetworkV6)
            return remote.ToString();
        var bytes = remote.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
