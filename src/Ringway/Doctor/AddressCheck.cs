using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Ringway.Doctor;

/// <param name="Simulated">WhatsApp is on this machine: no public address is needed.</param>
/// <param name="Named">What trunk.host is in DNS.</param>
/// <param name="Own">The addresses of this machine's interfaces.</param>
public sealed record AddressFacts(
    bool Simulated, string Host, int Port, int RtpStart, int RtpEnd, IPAddress? External, IReadOnlyList<IPAddress> Named, IReadOnlyList<IPAddress> Own);

/// <summary>Whether WhatsApp is told an address that leads here. What only somebody outside can see is said to be unknown.</summary>
public static class AddressCheck
{
    public static async Task<AddressFacts> GatherAsync(Premises premises, CancellationToken ct)
    {
        var options = premises.Options;
        var named = (await NameCheck.GatherAsync("trunk.host", options.Trunk.Host, null, ct)).Addresses;
        return new AddressFacts(
            options.WithSimulator, options.Trunk.Host, options.Trunk.Port, options.Asterisk.RtpStart, options.Asterisk.RtpEnd,
            options.Trunk.ExternalAddress, named, OwnAddresses());
    }

    public static Finding Judge(AddressFacts facts)
    {
        // Meta's SIP and media are IPv4 (Meta, "SIP", 2025-12-15: all addresses in its lists and samples).
        var named = facts.Named.Where(address => address.AddressFamily == AddressFamily.InterNetwork).ToList();
        var own = $"this machine has {string.Join(", ", facts.Own)}";
        return facts switch
        {
            { Simulated: true } => Finding.Pass("The simulated WhatsApp is on this machine: no public address is needed."),
            _ when named.Count == 0 => Finding.Unknown($"{facts.Host} has no IPv4 address in DNS, so there is nothing to compare.", Who.You, "Settle the finding `dns` first."),
            { External: { } external } when !named.Contains(external) => Finding.Fail(
                $"trunk.externalAddress is {external}, but {facts.Host} is {string.Join(", ", named)} in DNS.", Who.You,
                "Make both the public address of this site: WhatsApp calls the name, and sends sound to the external address."),
            { External: { } external } when facts.Own.Contains(external) => Finding.Warn(
                $"trunk.externalAddress {external} is an address of this machine itself.", Who.You, "Remove trunk.externalAddress: there is no translation to make up for."),
            { External: { } external } => Finding.Unknown(
                $"Behind address translation as configured: {facts.Host} and trunk.externalAddress are {external}; {own}. Whether the router " +
                $"lets TCP {facts.Port} and UDP {facts.RtpStart} to {facts.RtpEnd} through cannot be seen from inside.", Who.You, FromOutside(facts)),
            _ when !named.Any(facts.Own.Contains) => Finding.Fail(
                $"{facts.Host} is {string.Join(", ", named)}, and {own}: there is translation between, and Asterisk does not know. Calls would be silent and end after 20 s.",
                Who.You, $"Set trunk.externalAddress: {named[0]} (and trunk.localNets), or correct the A record of {facts.Host}."),
            _ when named.Any(IsPrivate) => Finding.Fail(
                $"{facts.Host} is {string.Join(", ", named.Where(IsPrivate))} in DNS, which nobody outside can reach.", Who.You,
                $"Give {facts.Host} the public address in public DNS; behind a router also set trunk.externalAddress."),
            _ => Finding.Pass($"{facts.Host} is {string.Join(", ", named)}, an address of this machine; nothing is translated."),
        };
    }

    private static string FromOutside(AddressFacts facts) => string.Create(CultureInfo.InvariantCulture,
        $"From a machine elsewhere: nc -zvw2 {facts.Host} {facts.Port}, and openssl s_client -quiet -verify_hostname {facts.Host} -connect {facts.Host}:{facts.Port} (Meta's own advice).");

    /// <summary>RFC 1918, RFC 6598 (carriers' translation), loopback and link-local.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return bytes is [10, ..] or [127, ..] or [169, 254, ..] or [192, 168, ..] or [172, >= 16 and <= 31, ..] or [100, >= 64 and <= 127, ..];
    }

    public static IReadOnlyList<IPAddress> OwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(one => one.OperationalStatus == OperationalStatus.Up)
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork),
    ];
}
