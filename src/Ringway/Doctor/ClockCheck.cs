using System.Globalization;

namespace Ringway.Doctor;

/// <param name="Ahead">How far our clock is before theirs; null when they did not say.</param>
public sealed record ClockFacts(string Whom, TimeSpan? Ahead, string? Fault);

/// <summary>This machine's clock against the Date header of Graph. Certificates and tokens are judged by it.</summary>
public static class ClockCheck
{
    /// <summary>The header has whole seconds, and the answer takes some time; beyond this it is the clock.</summary>
    private static readonly TimeSpan Small = TimeSpan.FromSeconds(5), Large = TimeSpan.FromMinutes(1);

    public static async Task<ClockFacts> GatherAsync(Premises premises, HttpClient http, CancellationToken ct)
    {
        var whom = new Uri(premises.Options.WhatsApp.Graph);
        try
        {
            var before = premises.Time.GetUtcNow();
            using var request = new HttpRequestMessage(HttpMethod.Head, whom);
            using var answer = await http.SendAsync(request, ct);
            var ours = before + ((premises.Time.GetUtcNow() - before) / 2);
            return new ClockFacts(whom.Authority, answer.Headers.Date is { } theirs ? ours - theirs : null, null);
        }
        catch (HttpRequestException fault)
        {
            return new ClockFacts(whom.Authority, null, fault.Message);
        }
    }

    public static Finding Judge(ClockFacts facts) => facts switch
    {
        { Ahead: null } => Finding.Unknown($"{facts.Whom} did not tell the time{(facts.Fault is null ? "" : $": {facts.Fault}")}.", Who.You, "Let this machine reach it over HTTPS, then run the doctor again."),
        { Ahead: { } ahead } when ahead.Duration() > Large => Finding.Fail($"This machine's clock is {Words(ahead)} {facts.Whom}'s.", Who.You, Synchronise),
        { Ahead: { } ahead } when ahead.Duration() > Small => Finding.Warn($"This machine's clock is {Words(ahead)} {facts.Whom}'s.", Who.You, Synchronise),
        _ => Finding.Pass($"This machine's clock agrees with {facts.Whom}'s to {Small.TotalSeconds:0} s."),
    };

    private const string Synchronise = "Synchronise it: timedatectl set-ntp true, or chrony.";

    private static string Words(TimeSpan ahead) => string.Create(
        CultureInfo.InvariantCulture, $"{ahead.Duration().TotalSeconds:0} s {(ahead > TimeSpan.Zero ? "before" : "behind")}");
}
