using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ringway.Doctor;

/// <param name="Here">Null when the trunk takes connections on this machine, else why not.</param>
/// <param name="AtHost">The same at the addresses of trunk.host; null when it has none or was not asked.</param>
/// <param name="HostIsHere">trunk.host is an address of this machine, so that a refusal there is real.</param>
public sealed record TrunkPortFacts(
    bool AsteriskRuns, string Bind, int Port, string Host, string? Here, IReadOnlyDictionary<string, string?> AtHost, bool HostIsHere);

/// <summary>Whether WhatsApp finds somebody at the trunk's port.</summary>
public static class TrunkPortCheck
{
    public static async Task<TrunkPortFacts> GatherAsync(Premises premises, CancellationToken ct)
    {
        var trunk = premises.Options.Trunk;
        var here = await Knock.AtAsync(premises.TrunkHere, premises.Time, ct);
        var atHost = new Dictionary<string, string?>();
        var addresses = (await NameCheck.GatherAsync("trunk.host", trunk.Host, null, ct)).Addresses
            .Where(address => address.AddressFamily == AddressFamily.InterNetwork).ToList();
        foreach (var address in addresses)
            atHost[address.ToString()] = await Knock.AtAsync(new IPEndPoint(address, trunk.Port), premises.Time, ct);
        var own = AddressCheck.OwnAddresses();
        return new TrunkPortFacts(
            premises.AsteriskPid is not null, trunk.Bind.ToString(), trunk.Port, trunk.Host, here, atHost,
            addresses.Exists(address => IPAddress.IsLoopback(address) || own.Contains(address)));
    }

    public static Finding Judge(TrunkPortFacts facts) => facts switch
    {
        { AsteriskRuns: false } => Finding.Unknown("Asterisk does not run, so nobody listens for WhatsApp.", Who.You, "Start `ringway up` and run the doctor again."),
        { Here: { } fault } => Finding.Fail(
            $"Asterisk runs, and at {facts.Bind}:{facts.Port} {fault}.", Who.You,
            "asterisk/log/messages.log says why: mostly the certificate or key cannot be read, or another program has the port."),
        _ when facts.AtHost.Values.All(fault => fault is null) && facts.AtHost.Count > 0 => Finding.Pass(
            $"Connections are taken on port {facts.Port} here and at {facts.Host} ({string.Join(", ", facts.AtHost.Keys)})."),
        { AtHost.Count: 0 } => Finding.Unknown($"Connections are taken on port {facts.Port} here; {facts.Host} has no address to try.", Who.You, "Settle the finding `dns` first."),
        { HostIsHere: true } => Finding.Fail(
            $"Connections are taken on this machine, but not at {facts.Host}: {Faults(facts)}.", Who.You,
            $"Set trunk.bind to 0.0.0.0 (it is {facts.Bind}), and open TCP {facts.Port} in this machine's firewall."),
        _ => Finding.Unknown(
            $"Connections are taken on this machine; at {facts.Host} they are not seen from inside: {Faults(facts)}. Many routers do not lead back in.",
            Who.You, string.Create(CultureInfo.InvariantCulture, $"Try from a machine elsewhere: nc -zvw2 {facts.Host} {facts.Port}")),
    };

    private static string Faults(TrunkPortFacts facts) =>
        string.Join("; ", facts.AtHost.Where(at => at.Value is not null).Select(at => $"{at.Key}: {at.Value}"));
}

/// <param name="Answer">The HTTP status of /healthz; null when there was none.</param>
/// <param name="Ready">The body of /readyz when it was not 200.</param>
public sealed record PageFacts(int? RingwayPid, string Page, int? Answer, string? Fault, string? Ready);

/// <summary>Whether ringway itself answers, and what it says that it lacks.</summary>
public static class PageCheck
{
    public static async Task<PageFacts> GatherAsync(Premises premises, HttpClient http, CancellationToken ct)
    {
        try
        {
            using var alive = await http.GetAsync(new Uri(premises.Page, "healthz"), ct);
            using var ready = await http.GetAsync(new Uri(premises.Page, "readyz"), ct);
            return new PageFacts(
                premises.RingwayPid, premises.Page.ToString(), (int)alive.StatusCode, null,
                ready.IsSuccessStatusCode ? null : await ready.Content.ReadAsStringAsync(ct));
        }
        catch (HttpRequestException fault)
        {
            return new PageFacts(premises.RingwayPid, premises.Page.ToString(), null, fault.Message, null);
        }
    }

    public static Finding Judge(PageFacts facts) => facts switch
    {
        { RingwayPid: null, Answer: null } => Finding.Unknown("ringway does not run on this data folder.", Who.You, "Start `ringway up` and run the doctor again."),
        { RingwayPid: null } => Finding.Fail(
            $"ringway does not run on this data folder, and something else answers at {facts.Page}.", Who.You, "Name the right folder with --data, or end that program."),
        { Answer: null } => Finding.Fail(
            $"ringway runs (pid {facts.RingwayPid}) and does not answer at {facts.Page}: {facts.Fault}", Who.You,
            "Give the doctor the --config and --set that ringway was started with; if they are the same, restart it."),
        { Answer: not 200 } => Finding.Fail($"{facts.Page}healthz answers {facts.Answer}.", Who.Ringway, "logs/ringway.log says why; restart it: calls go on meanwhile."),
        { Ready: { } lacks } => Finding.Fail(
            $"ringway lives and says that a call would not go through: {lacks}", Who.You, "What is false there has a finding of its own: ari, whatsapp, store."),
        _ => Finding.Pass($"ringway (pid {facts.RingwayPid}) answers at {facts.Page} and says that calls go through."),
    };
}

/// <param name="Open">Addresses beyond loopback where Asterisk's HTTP answers.</param>
public sealed record LoopbackFacts(int Port, bool AsteriskRuns, IReadOnlyList<string> Tried, IReadOnlyList<string> Open);

/// <summary>ARI is full control of every call: nobody but this machine may reach it.</summary>
public static class LoopbackCheck
{
    public static async Task<LoopbackFacts> GatherAsync(Premises premises, CancellationToken ct)
    {
        var port = premises.Options.Asterisk.HttpPort;
        var (tried, open) = (new List<string>(), new List<string>());
        foreach (var address in AddressCheck.OwnAddresses().Where(address => !IPAddress.IsLoopback(address)))
        {
            tried.Add(address.ToString());
            if (await Knock.AtAsync(new IPEndPoint(address, port), premises.Time, ct) is null)
                open.Add(address.ToString());
        }

        return new LoopbackFacts(port, premises.AsteriskPid is not null, tried, open);
    }

    public static Finding Judge(LoopbackFacts facts) => facts switch
    {
        { Open: [_, ..] } => Finding.Fail(
            $"Port {facts.Port} (Asterisk's HTTP: ARI, full control of every call) is open at {string.Join(", ", facts.Open)}.", Who.You,
            "http.conf must have bindaddr=127.0.0.1: see the finding `files`; end whatever else offers that port."),
        { AsteriskRuns: false } => Finding.Unknown("Asterisk does not run, so nothing can be open.", Who.You, "Start `ringway up` and run the doctor again."),
        _ => Finding.Pass($"Port {facts.Port} is closed at {(facts.Tried.Count == 0 ? "every other address" : string.Join(", ", facts.Tried))}; ARI is on loopback only."),
    };
}
