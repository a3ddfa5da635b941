using System.Net;
using System.Net.Sockets;

namespace Ringway.Doctor;

/// <param name="Key">The option that holds the name.</param>
/// <param name="Given">The address is configured, so DNS is not asked.</param>
public sealed record NameFacts(string Key, string Host, IPAddress? Given, IReadOnlyList<IPAddress> Addresses, string? Fault);

/// <summary>Whether a host name leads anywhere.</summary>
public static class NameCheck
{
    public static async Task<NameFacts> GatherAsync(string key, string host, IPAddress? given, CancellationToken ct)
    {
        if (given is not null)
            return new NameFacts(key, host, given, [given], null);
        try
        {
            return new NameFacts(key, host, null, await Dns.GetHostAddressesAsync(host, ct), null);
        }
        catch (SocketException fault)
        {
            return new NameFacts(key, host, null, [], fault.Message);
        }
    }

    public static Finding Judge(NameFacts facts) => facts switch
    {
        { Given: { } given } => Finding.Pass($"{facts.Host} is taken to be {given} (configured), DNS is not asked."),
        { Addresses: [] } => Finding.Fail(
            $"{facts.Host} has no address: {facts.Fault ?? "DNS knows none"}.", Who.You,
            facts.Key == "trunk.host"
                ? "Make an A record for it, with this server's public address, or correct trunk.host."
                : $"Check this machine's DNS (/etc/resolv.conf) and {facts.Key}."),
        _ => Finding.Pass($"{facts.Host} is {string.Join(", ", facts.Addresses)}."),
    };
}
