using System.Text.Json;
using Ringway.Ari;
using Ringway.Asterisk;

namespace Ringway.Doctor;

/// <param name="Version">What it says that it is; null when it could not be asked.</param>
/// <param name="Fault">Why it could not be asked.</param>
/// <param name="Missing">Applications of ringway's that Asterisk does not know, though ringway runs.</param>
public sealed record AriFacts(int? AsteriskPid, bool RingwayRuns, string? Version, string? Fault, IReadOnlyList<string> Missing);

/// <summary>ARI answers, over the way that ringway takes, and ringway's own applications are there.</summary>
public static class AriCheck
{
    public static async Task<AriFacts> GatherAsync(Premises premises, HttpClient http, CancellationToken ct)
    {
        if (premises.AsteriskPid is null)
            return new AriFacts(null, premises.RingwayPid is not null, null, null, []);
        try
        {
            await using var visit = await AriVisit.OpenAsync(premises, http, ct);
            var info = await visit.Asterisk.GetInfoAsync(ct);
            var missing = new List<string>();
            if (premises.RingwayPid is not null)
                foreach (var name in premises.Switch.CallApplications.Prepend(AriApplications.ControlName))
                    if (await visit.Asterisk.GetApplicationAsync(name, ct) is null)
                        missing.Add(name);
            return new AriFacts(premises.AsteriskPid, premises.RingwayPid is not null, info.System?.Version ?? "", null, missing);
        }
        catch (Exception fault) when (fault is AriAwayException or AriException)
        {
            return new AriFacts(premises.AsteriskPid, premises.RingwayPid is not null, null, fault.Message, []);
        }
    }

    public static Finding Judge(AriFacts facts) => facts switch
    {
        { AsteriskPid: null, RingwayRuns: true } => Finding.Fail("Asterisk does not run, though ringway does.", Who.Ringway, "It is started again by itself; if not, asterisk/log/messages.log and console.log say why."),
        { AsteriskPid: null } => Finding.Unknown("Asterisk does not run.", Who.You, "Start `ringway up` and run the doctor again."),
        { Fault: { } fault } => Finding.Fail($"Asterisk runs (pid {facts.AsteriskPid}), and ARI does not let us in: {fault}.", Who.You, "Restart ringway without calls, so that Asterisk reads ari.conf and http.conf anew; see the finding `files`."),
        { Missing: [_, ..] } => Finding.Fail($"Ringway is not connected as {string.Join(", ", facts.Missing)}: calls given to it would fall into the safety net.", Who.Ringway, "It connects again by itself within a second; if not, restart it: calls go on meanwhile."),
        _ => Finding.Pass($"Asterisk {facts.Version} (pid {facts.AsteriskPid}) answers{(facts.RingwayRuns ? ", and all of ringway's control sockets are there" : "")}."),
    };
}

/// <param name="States">Module to its state, as Asterisk tells it.</param>
public sealed record ModuleFacts(Version? Version, Version Oldest, IReadOnlyList<string> Wanted, IReadOnlyDictionary<string, string> States);

/// <summary>The Asterisk that runs is new enough, and every module that we load is Running.</summary>
public static class ModuleCheck
{
    public static async Task<ModuleFacts> GatherAsync(Premises premises, HttpClient http, CancellationToken ct)
    {
        await using var visit = await AriVisit.OpenAsync(premises, http, ct);
        var info = await visit.Asterisk.GetInfoAsync(ct);
        var told = await visit.Asterisk.SendAsync(new AriRequest("GET", "asterisk/modules"), ct);
        var states = JsonDocument.Parse(told ?? "[]").RootElement.EnumerateArray().ToDictionary(
            module => module.GetProperty("name").GetString()!, module => module.GetProperty("status").GetString()!);
        return new ModuleFacts(
            ReadVersion(info.System?.Version), PackageSet.Asterisk.OldestVersion!, [.. AsteriskModules.Standard.Select(name => name + ".so")], states);
    }

    public static Finding Judge(ModuleFacts facts)
    {
        var faulty = facts.Wanted.Where(name => facts.States.GetValueOrDefault(name) != "Running")
            .Select(name => $"{name} ({facts.States.GetValueOrDefault(name, "not there")})").ToList();
        return facts switch
        {
            { Version: { } version } when version < facts.Oldest => Finding.Fail(
                $"Asterisk {version} runs; below {facts.Oldest} are known security holes.", Who.You, "Update Asterisk, or let ringway fetch its own (asterisk.source: private), and restart it without calls."),
            _ when faulty.Count > 0 => Finding.Fail(
                $"Modules that are needed do not run: {string.Join(", ", faulty.Take(8))}.", Who.You, "asterisk/log/messages.log says why; restart ringway without calls, so that Asterisk loads them anew."),
            { Version: null } => Finding.Unknown("Asterisk does not tell its version.", Who.Ringway, "All modules run; nothing to do unless calls fail."),
            _ => Finding.Pass($"Asterisk {facts.Version}, and all {facts.Wanted.Count} modules run."),
        };
    }

    /// <summary>Debian writes <c>22.10.1~dfsg+~cs6.15-1</c>; only the numbers count.</summary>
    private static Version? ReadVersion(string? text) =>
        Version.TryParse(string.Concat((text ?? "").TakeWhile(c => char.IsAsciiDigit(c) || c == '.')).TrimEnd('.'), out var version) ? version : null;
}
