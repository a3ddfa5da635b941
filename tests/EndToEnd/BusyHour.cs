using System.Globalization;
using Microsoft.Playwright;
using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>
/// Many callers on all lines and three agents, all of them acting by chance: nobody can say what happens, only what must be true when it is over. Some
/// seconds in every run; <c>RINGWAY_BUSY_SECONDS=3600</c> makes it an hour, <c>RINGWAY_SEED</c> the same chance again.
/// </summary>
[Collection(nameof(RunningProduct))]
public sealed class BusyHour(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    private const int Callers = 3;

    private static readonly string[] Lines = ["main", "main", "dtls", "help", "help", "asks", "taped", "chain", "routed", "told", "told"];

    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(Number("RINGWAY_BUSY_SECONDS", 25));

    private static readonly int Seed = Number("RINGWAY_SEED", Random.Shared.Next(1, 10_000));

    private static int s_callers;

    [Fact]
    public async Task Whatever_callers_and_agents_do_each_call_has_one_exact_record_and_nothing_is_left()
    {
        using var over = new CancellationTokenSource(Lasts);
        var agents = new[] { await ReadyAgentAsync(), await ReadyAgentAsync("bob", BobHz), await ReadyAgentAsync("eve", EveHz) };
        var acting = agents.Select((agent, i) => ActAsync(agent, [.. agents.Where(one => one != agent)], new Random(Seed + i), over.Token)).ToArray();
        var calling = Enumerable.Range(0, Callers).Select(i => CallAgainAndAgainAsync(new Random(Seed + 100 + i), over.Token)).ToArray();
        var calls = (await Task.WhenAll(calling)).SelectMany(some => some).ToList();
        await Task.WhenAll(acting);

        await Eventually.BeTrueAsync($"all calls are over at WhatsApp (seed {Seed})", async () => (await WhatsApp.HealthAsync()).ToJsonString().Contains("\"liveCalls\":0", StringComparison.Ordinal));
        var records = await RecordsAsync(calls.Select(call => call.User).ToHashSet());
        var ends = new List<string>();
        foreach (var (user, seen) in calls)
            ends.Add(RecordIsExact(user, seen, records[user]));
        await WhoLeftAMessageIsToBeCalledBackAsync(ends.Count(what => what is "voicemail" or "callBack"));
        TestContext.Current.SendDiagnosticMessage("Seed {0}: {1}.", Seed, string.Join(", ", ends.CountBy(what => what).Select(what => $"{what.Value} {what.Key}")));
        foreach (var agent in agents)
            await Eventually.SeeAsync(
                $"{agent} is free again (seed {Seed})", () => agent.IsSaidToBeAsync(), said => said is "free" or "away");
        Assert.Empty(Logs.Broken(Product));
    }

    /// <summary>All records of these users, once each has one.</summary>
    private async Task<ILookup<string, CallSeen>> RecordsAsync(HashSet<string> users)
    {
        using var api = await RingwayApi.SignInAsync(Product, "ada");
        var records = await Eventually.SeeAsync(
            $"each of {users.Count} calls has its record (seed {Seed})", api.WholeHistoryAsync,
            found => found.Select(call => call.Customer.Number).OfType<string>().Intersect(users).Count() == users.Count);
        return records.Where(call => call.Customer.Number is not null).ToLookup(call => call.Customer.Number!);
    }

    /// <summary>One record, it is closed, and it says of the answer what WhatsApp saw.</summary>
    private static string RecordIsExact(string user, WhatsAppCall seen, IEnumerable<CallSeen> records)
    {
        var record = Assert.Single(records, call => call.Direction == "inbound"); // an agent may have called her, too
        Assert.NotNull(record.EndedAt);
        Assert.NotNull(record.Outcome);
        Assert.NotEmpty(record.Outcome.Sentence);
        Assert.False(record.Outcome.What == "failed", $"Seed {Seed}, {user}: {record.Outcome.Sentence}");
        Assert.Equal(record.AnsweredAt is not null, record.Agent is not null);
        Assert.True(record.AnsweredAt is null || seen.AnsweredAt is not null, $"Seed {Seed}: {user} talked, and WhatsApp saw no answer.");
        Assert.True(record.Outcome.What is not ("completed" or "agentLost") || record.AnsweredAt is not null, $"Seed {Seed}: {user} ended as {record.Outcome.What} and talked with nobody.");
        Assert.Empty(seen.Violations);
        return record.Outcome.What;
    }

    /// <summary>And nobody else is; the list is empty afterwards.</summary>
    private async Task WhoLeftAMessageIsToBeCalledBackAsync(int many)
    {
        using var api = await RingwayApi.SignInAsync(Product, "ada");
        var list = await Eventually.SeeAsync($"{many} are to be called back (seed {Seed})", api.CallBacksAsync, found => found.Count == many);
        foreach (var id in list) await api.DropCallBackAsync(id);
        await Eventually.SeeAsync("nobody is to be called back", api.CallBacksAsync, found => found.Count == 0);
    }

    /// <summary>Each call as WhatsApp saw it: the simulator does not keep them for an hour.</summary>
    private async Task<List<(string User, WhatsAppCall Seen)>> CallAgainAndAgainAsync(Random chance, CancellationToken over)
    {
        var made = new List<(string, WhatsAppCall)>();
        while (await PauseAsync(chance, 200, 1500, over))
        {
            var user = $"+1555011{Interlocked.Increment(ref s_callers):0000}";
            var line = Lines[chance.Next(Lines.Length)];
            var call = await WhatsApp.CallAsync(new { from = user, to = RunningProduct.NumberOf(line), playHz = UserHz, digits = chance.Next(3) == 0 ? "1" : null });
            await PauseAsync(chance, 300, 9000, over);
            await WhatsApp.HangUpAsync(call);
            made.Add((user, await WhatsApp.EndedAsync(call)));
        }

        return made;
    }

    private static async Task ActAsync(AgentPage agent, AgentPage[] colleagues, Random chance, CancellationToken over)
    {
        while (await PauseAsync(chance, 100, 1200, over))
        {
            var state = await agent["call-card"].GetAttributeAsync("data-state");
            string[] wishes = state switch
            {
                "incoming" => ["answer", "answer", "answer", "answer", "decline", ""],
                "talking" => ["hold", "hold", "hang-up", "hang-up", "park", "mute", "supervise-whisper", "supervise-barge", "consult-swap", "consult-merge", "consult-complete", "consult-cancel", "consult-add", "consult-add", "transfer", "transfer", "reload"],
                "over" => ["dismiss"],
                "none" => ["pick-up", "listen", "pause", ""],
                _ => ["hang-up", "", ""],
            };
            var wish = wishes[chance.Next(wishes.Length)];
            switch (wish)
            {
                case "": break;
                case "reload": await agent.ReloadAsync(); break;
                case "pause": await TryAsync(agent, "ready-switch"); break;
                case "transfer":
                    await TryAsync(agent, wish);
                    await TryAsync(agent, $"{(chance.Next(2) == 0 ? "consult" : "transfer-now")}-{colleagues[chance.Next(colleagues.Length)]}");
                    break;
                case "consult-add":
                    await TryAsync(agent, wish);
                    foreach (var colleague in colleagues) await TryAsync(agent, $"consult-{colleague}");
                    break;
                default: await TryAsync(agent, wish); break;
            }
        }
    }

    /// <summary>Clicks what may be gone by then, as people do.</summary>
    private static async Task TryAsync(AgentPage agent, string button)
    {
        try
        {
            if (await agent[button].CountAsync() > 0) await agent[button].First.ClickAsync(new() { Timeout = 300, Force = true });
        }
        catch (PlaywrightException)
        {
            // It went away under the mouse.
        }
        catch (TimeoutException)
        {
            // It could not be clicked.
        }
    }

    private static async Task<bool> PauseAsync(Random chance, int least, int most, CancellationToken over)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(least, most)), TimeProvider.System, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !over.IsCancellationRequested;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var said) ? said : otherwise;
}
