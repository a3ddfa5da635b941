using System.Net;

namespace Ringway.Cli.Steps;

/// <summary>Where ringway's pages are from this machine: the address it listens on, or loopback when it listens on all.</summary>
public static class OwnAddress
{
    public static Uri Of(IPEndPoint listen) =>
        new($"http://{(IsAny(listen.Address) ? new IPEndPoint(IPAddress.Loopback, listen.Port) : listen)}/");

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
