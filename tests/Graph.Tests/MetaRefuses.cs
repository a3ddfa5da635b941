using Microsoft.Extensions.Logging;

namespace Ringway.Graph.Tests;

public sealed class MetaRefuses
{
    private const string User = "+14085551234";

    private static readonly CancellationToken Ct = CancellationToken.None;

    /// <summary>The table of the reference, section 3.8, and what Graph itself has; who must act is ours.</summary>
    public static TheoryData<int, Acts> Codes => new()
    {
        { 4, Acts.Ringway }, { 10, Acts.You }, { 33, Acts.You }, { 100, Acts.You }, { 190, Acts.You }, { 200, Acts.You }, { 613, Acts.Ringway }, { 80007, Acts.Ringway },
        { 131009, Acts.You }, { 131026, Acts.You }, { 131030, Acts.You }, { 131044, Acts.You }, { 131055, Acts.You },
        { 138000, Acts.You }, { 138001, Acts.You }, { 138002, Acts.You }, { 138003, Acts.You }, { 138004, Acts.Meta }, { 138005, Acts.You }, { 138006, Acts.You },
        { 138007, Acts.Ringway }, { 138008, Acts.Ringway }, { 138009, Acts.You }, { 138011, Acts.You }, { 138012, Acts.You }, { 138013, Acts.You }, { 138014, Acts.You },
        { 138015, Acts.You }, { 138017, Acts.Ringway }, { 138018, Acts.You }, { 138019, Acts.Meta }, { 138020, Acts.Meta }, { 138021, Acts.You }, { 138022, Acts.You },
        { 138023, Acts.You }, { 138024, Acts.You }, { 138025, Acts.You },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Every_documented_code_comes_with_cause_cure_and_who_must_act(int code, Acts who)
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(400, code, $"(#{code}) Meta's title");

        var refusal = await Assert.ThrowsAsync<GraphException>(() => meta.Client().RequestCallPermissionAsync("106", User, null, Ct));

        Assert.Equal((400, code, "The details", "AbC", "{phone-number-id}/messages"), (refusal.Status, refusal.Code, refusal.Details, refusal.TraceId, refusal.Route));
        Assert.Equal(who, refusal.Known!.Who);
        Assert.Equal(
            $"Meta refused POST 106/messages (HTTP 400, code {code}): (#{code}) Meta's title. The details. {refusal.Known.Cause} {refusal.Known.Cure}", refusal.Message);
    }

    [Fact]
    public void No_entry_of_the_catalogue_is_there_twice_or_without_whole_sentences()
    {
        Assert.DoesNotContain(GraphErrors.All.GroupBy(error => (error.Code, error.Subcode)), same => same.Count() > 1);
        Assert.All(GraphErrors.All, error => Assert.True(error.Cause.EndsWith('.') && error.Cure.EndsWith('.'), $"{error.Code}"));
    }

    [Fact]
    public async Task A_subcode_is_told_apart_and_a_new_code_is_not_made_up()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Says(400, """{"error":{"message":"Unsupported get request","type":"GraphMethodException","code":100,"error_subcode":33}}""");
        meta.Refuses(400, 999999);
        var client = meta.Client();

        var unknownId = await Assert.ThrowsAsync<GraphException>(() => client.GetSettingsAsync("106", false, Ct));
        Assert.Equal((100, 33, true), (unknownId.Code, unknownId.Subcode, unknownId.Known!.Cause.Contains("knows no such number", StringComparison.Ordinal)));

        var unheardOf = await Assert.ThrowsAsync<GraphException>(() => client.GetSettingsAsync("106", false, Ct));
        Assert.Null(unheardOf.Known);
        Assert.Equal("Meta refused GET 106/settings (HTTP 400, code 999999): (#1) No. The details.", unheardOf.Message);
    }

    [Fact]
    public async Task An_expired_token_is_said_as_an_error_in_the_log()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Says(401, """{"error":{"message":"Error validating access token: Session has expired","type":"OAuthException","code":190,"error_subcode":463}}""");

        var refusal = await Assert.ThrowsAsync<GraphException>(() => meta.Client().GetSettingsAsync("1", false, Ct));

        Assert.True(refusal.IsToken);
        var line = Assert.Single(meta.Log.Lines);
        Assert.Equal((5002, LogLevel.Error), (line.Id, line.Level));
        Assert.Contains("is expired", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_that_repeats_our_token_or_the_users_number_is_cleaned_before_anybody_sees_it()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Refuses(400, 190, $"Malformed access token {PlayedMeta.Token} for 14085551234");
        meta.Says(200, "no json, " + PlayedMeta.Token);
        meta.HangsUp();
        var client = meta.Client(new GraphOptions { RetryDelays = [] });

        foreach (var ask in new Func<Task>[]
                 {
                     () => client.RequestCallPermissionAsync("1", User, null, Ct),
                     () => client.GetCallPermissionsAsync("1", User, Ct),
                     () => client.DebugTokenAsync(Ct),
                 })
        {
            var refusal = (await Assert.ThrowsAsync<GraphException>(ask)).ToString();
            Assert.DoesNotContain(PlayedMeta.Token, refusal, StringComparison.Ordinal);
            Assert.DoesNotContain("14085551234", refusal, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(PlayedMeta.Token, meta.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxys_page_in_place_of_an_answer_is_a_refusal_with_its_status()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Says(403, "<html>Blocked by policy</html>");

        var refusal = await Assert.ThrowsAsync<GraphException>(() => meta.Client().GetHealthAsync("1", Ct));

        Assert.Equal((403, 0), (refusal.Status, refusal.Code));
        Assert.Equal("Meta refused GET 1 (HTTP 403): Forbidden.", refusal.Message);
    }

    [Fact]
    public async Task Success_false_is_a_refusal()
    {
        await using var meta = await PlayedMeta.StartAsync();
        meta.Says(200, """{"success":false}""");
        await Assert.ThrowsAsync<GraphException>(() => meta.Client().UpdateSettingsAsync("1", new CallingSettings { Status = Words.Enabled }, Ct));
    }
}
