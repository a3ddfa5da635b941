using System.Net;
using System.Security.Authentication;

namespace Ringway.Doctor;

public sealed record WhatsAppFacts(string Host, int Port, bool Simulated, string Address, TlsSight? Sight, DateTimeOffset Now);

/// <summary>Whether Asterisk could call out: WhatsApp's edge is reached, and shows a certificate that Asterisk would trust.</summary>
public static class WhatsAppCheck
{
    public static async Task<WhatsAppFacts> GatherAsync(Premises premises, CancellationToken ct)
    {
        var whatsApp = premises.Options.WhatsApp;
        var names = await NameCheck.GatherAsync("whatsapp.host", whatsApp.Host, whatsApp.Address, ct);
        TlsSight? sight = null;
        if (names.Addresses is [var address, ..])
            sight = await TlsLook.AtAsync(
                new IPEndPoint(address, whatsApp.Port), whatsApp.Host,
                premises.Switch.WhatsApp.CaFile is var file && file != "/etc/ssl/certs/ca-certificates.crt" ? file : null,
                SslProtocols.None, premises.Time, ct);
        return new WhatsAppFacts(
            whatsApp.Host, whatsApp.Port, premises.Options.WithSimulator, string.Join(", ", names.Addresses), sight, premises.Time.GetUtcNow());
    }

    public static Finding Judge(WhatsAppFacts facts)
    {
        var place = $"{facts.Host} port {facts.Port}";
        return facts switch
        {
            { Sight: null } => Finding.Unknown($"{facts.Host} has no address to try.", Who.You, "Settle the finding `whatsapp-dns` first."),
            { Sight: { Fault: { } fault }, Simulated: true } => Finding.Fail($"The simulated WhatsApp ({place}) does not answer: {fault}.", Who.You, "Start `ringway up`; logs/simulator.log says why it ended."),
            { Sight: { Fault: { } fault, NoConnection: true } } => Finding.Fail($"{place} ({facts.Address}) cannot be reached: {fault}.", Who.You, "Let this machine's firewall, or your provider's, pass TCP 5061 outwards."),
            { Sight.Fault: { } fault } => Finding.Fail($"No TLS handshake with {place}: {fault}.", Who.You, "Something between breaks TLS: a proxy or firewall that inspects it."),
            { Sight.CoversHost: false } => Finding.Fail($"{place} shows a certificate for {string.Join(", ", facts.Sight.Names)}.", Who.You, "Somebody else answers there: check DNS and whatsapp.host."),
            { Sight.ChainFault: { } chain } => Finding.Fail($"{place} shows a certificate that is not trusted here: {chain.TrimEnd('.')}.", Who.You, "Install ca-certificates, or name the authority in whatsapp.ca."),
            _ when facts.Sight.NotAfter < facts.Now => Finding.Fail($"{place} shows a certificate that has ended.", Who.Meta, "If this machine's clock is right (finding `clock`), it is for Meta to renew it."),
            _ => Finding.Pass($"{place} ({facts.Address}) is reached, its certificate is good."),
        };
    }
}
