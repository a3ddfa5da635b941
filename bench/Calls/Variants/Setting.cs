using System.Net.Http.Headers;
using System.Text;

namespace Ringway.Bench.Calls.Variants;

/// <summary>
/// A variant with one setting of Asterisk (or of an application at Asterisk) turned the other way for the time of its turn, so
/// that the setting's effect is seen interleaved with the way it is in the product.
/// </summary>
public sealed class WithSetting(Variant plain, Setting setting) : Variant
{
    public override string Name => $"{plain.Name}, {setting.Name}";

    public override int? Pid => plain.Pid;

    public override string? Dialplan(string endpoint) => plain.Dialplan(endpoint);

    public override Task BeginTurnAsync(ProductUnderTest product, CancellationToken ct) => setting.Other(product, ct);

    public override Task EndTurnAsync(ProductUnderTest product, CancellationToken ct) => setting.AsItIs(product, ct);
}

/// <param name="Other">Turns it the other way.</param>
/// <param name="AsItIs">Turns it back to how the product has it.</param>
public sealed record Setting(string Name, Func<ProductUnderTest, CancellationToken, Task> Other, Func<ProductUnderTest, CancellationToken, Task> AsItIs)
{
    /// <summary>What the settings that can be turned while Asterisk runs are worth.</summary>
    public static IReadOnlyList<(Variant Plain, Setting Setting)> All(Variant dial, Variant ringway) =>
    [
        (dial, new("control application deaf",
            (product, ct) => AriAsync(product, HttpMethod.Delete, "applications/ringway/subscription?eventSource=endpoint:PJSIP", null, ct),
            (product, ct) => AriAsync(product, HttpMethod.Post, "applications/ringway/subscription?eventSource=endpoint:PJSIP", null, ct))),
        (dial, Written("CDR on", "cdr", "[general]\nenable=yes\n")),
        (dial, Written("CEL on", "cel", "[general]\nenable=yes\napps=all\nevents=ALL\n")),
    ];

    /// <summary>Another text of a file that a module takes by a reload.</summary>
    private static Setting Written(string name, string module, string text)
    {
        var before = "";
        return new Setting(
            name,
            async (product, ct) =>
            {
                before = await File.ReadAllTextAsync(FileOf(product), ct);
                await File.WriteAllTextAsync(FileOf(product), text, ct);
                await product.ConsoleAsync($"module reload {module}", ct);
            },
            async (product, ct) =>
            {
                await File.WriteAllTextAsync(FileOf(product), before, ct);
                await product.ConsoleAsync($"module reload {module}", ct);
            });

        string FileOf(ProductUnderTest product) => Path.Combine(product.Folders.Etc, module + ".conf");
    }

    private static async Task AriAsync(ProductUnderTest product, HttpMethod method, string path, string? body, CancellationToken ct)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(product.Ari, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"ringway:{product.AriPassword}")));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, ct);
        answer.EnsureSuccessStatusCode();
    }
}
