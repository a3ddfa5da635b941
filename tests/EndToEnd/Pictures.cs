using Ringway.EndToEnd.Harness;

namespace Ringway.EndToEnd;

/// <summary>
/// Takes the pictures of README and docs anew; asked for by name only:
/// <c>Ringway.EndToEnd -explicit only -method '*Pictures*'</c>.
/// </summary>
[Collection(nameof(RunningProduct))]
public sealed class Pictures(RunningProduct running, Browsers browsers) : CallTest(running, browsers)
{
    private static readonly string Folder = Directory.CreateDirectory(
        Path.Combine(Environment.GetEnvironmentVariable("RINGWAY_ROOT") ?? ".", "docs", "pictures")).FullName;

    [Fact(Explicit = true)]
    public async Task Of_both_pages_while_a_customer_calls()
    {
        var ada = await ReadyAgentAsync();
        await ReadyAgentAsync("bob", BobHz);
        foreach (var (from, name) in new[] { ("+15550102011", "Jonas Weber"), ("+15550102012", "Amira Haddad") })
        {
            var call = await WhatsApp.CallAsync(new { from, name, playHz = UserHz });
            await ada.IsAsync("incoming");
            await ada.AnswerAsync();
            await ada.HearsAsync(UserHz);
            await WhatsApp.HangUpAsync(call);
            await ada.IsAsync("over");
            await ada["dismiss"].ClickAsync();
        }

        var ana = await HandsetAsync();
        await ana.CallAsync();
        await ada.IsAsync("incoming");
        await ana.IsAsync("outgoing");
        await SaveAsync(ada, "desk");
        await SaveAsync(ana, "handset");
        await ada.AnswerAsync();
        await ada.HearsAsync(AnaHz);
        await ana.HearsAsync(AdaHz);
        await ana.HangUpAsync();
        await ada.IsAsync("over");
    }

    private static Task<byte[]> SaveAsync(SoundPage page, string name) =>
        page.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, name + ".png") });
}
