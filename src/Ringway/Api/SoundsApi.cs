using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Sounds;
using Ringway.Store;
using Ringway.Switchboard;

namespace Ringway.Api;

/// <summary>Sounds that rules may say, for the people who may change a line's rules.</summary>
internal static class SoundsApi
{
    private const long MostSent = 10L * UploadedSound.MostBytes;

    private const string StoreAway = "This cannot be kept just now, so nothing has changed. Try again in a minute.";

    public static void MapSounds(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sounds", List).RequireSignIn().WithSummary("All sounds that rules may say, and what says them");
        api.MapGet("/sounds/{name}", FetchAsync).RequireSignIn().WithSummary("A sound, as a WAV file");
        api.MapPut("/sounds/{name}", KeepAsync).RequireSignIn().WithSummary("Upload a sound: the body is a WAV file (PCM of 16 bits). With If-None-Match: * none is replaced");
        api.MapDelete("/sounds/{name}", DropAsync).RequireSignIn().WithSummary("Delete a sound that nothing says");
    }

    private static Results<Ok<IReadOnlyList<SoundView>>, ProblemHttpResult> List(HttpContext context, RingwayOptions options, SoundShelf shelf, RouteBook book)
    {
        if (WhyNot(context, options) is { } refused) return refused;
        var uses = book.SoundUses;
        return TypedResults.Ok<IReadOnlyList<SoundView>>([.. shelf.All.Select(sound => SoundView.Of(sound, uses, options, context.Agent()))]);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> FetchAsync(
        string name, HttpContext context, RingwayOptions options, ICallStore store, CancellationToken ct)
    {
        if (WhyNot(context, options) is { } refused) return refused;
        try
        {
            return await store.FindSoundAsync(name, ct) is { } samples
                ? TypedResults.Bytes(Wav.Write(samples, Prompts.Rate), "audio/wav", enableRangeProcessing: true) : NotFound(name);
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", "This cannot be read just now. Try again in a minute.");
        }
    }

    private static async Task<Results<Ok<SoundView>, ProblemHttpResult>> KeepAsync(
        string name, HttpContext context, RingwayOptions options, SoundShelf shelf, RouteBook book, CancellationToken ct)
    {
        if (WhyNot(context, options) is { } refused) return refused;
        if (!SoundName.Fits(name)) return Problem.Of("bad-request", $"'{name}' cannot be the name of a sound. It has {SoundName.Form}.");
        if (shelf.Find(name) is not null && book.SoundUses.FirstOrDefault(use => use.Sound == name && IsOthers(use, options, context.Agent())) is { Line: { } line })
            return Problem.Of("not-your-line", $"Sound '{name}' is said by line {line}, whose rules you may not change, so you cannot replace it. Upload yours under another name.");
        if (await BodyAsync(context.Request, ct) is not { } body)
            return Problem.Of("too-large", $"The file has more than {UploadedSound.MostBytes / 1024 / 1024} MB. One channel with 16 kHz is enough: {UploadedSound.Longest.TotalMinutes} minutes fit then.");
        try
        {
            return await shelf.KeepAsync(name, UploadedSound.Read(body), context.Request.Headers.IfNoneMatch == "*", context.Agent(), ct) switch
            {
                SoundKept.Taken => Problem.Of("taken", $"There is a sound '{name}' already. Choose another name, or replace that one."),
                SoundKept.TooMany => Problem.Of("too-many", $"There are {SoundShelf.Most} sounds already. Delete one that nothing says."),
                _ => shelf.Find(name) is { } kept ? TypedResults.Ok(SoundView.Of(kept, book.SoundUses, options, context.Agent())) : NotFound(name),
            };
        }
        catch (InvalidDataException fault)
        {
            return Problem.Of("bad-sound", $"This file cannot be used: {fault.Message}");
        }
        catch (Exception fault) when (fault is DbException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            return Problem.Of("store-away", StoreAway);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DropAsync(string name, HttpContext context, RingwayOptions options, RouteBook book, CancellationToken ct)
    {
        if (WhyNot(context, options) is { } refused) return refused;
        try
        {
            return await book.DropSoundAsync(name, context.Agent(), ct) switch
            {
                SoundDropped.NotThere => NotFound(name),
                SoundDropped.InUse => InUse(name, book, options, context.Agent()),
                _ => TypedResults.NoContent(),
            };
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", StoreAway);
        }
    }

    private static ProblemHttpResult InUse(string name, RouteBook book, RingwayOptions options, AgentId agent)
    {
        var uses = book.SoundUses.Where(use => use.Sound == name).Select(use => SoundUseView.Of(use, options, agent)).Distinct().ToList();
        return Problem.Of("in-use", uses.Count == 0 ? $"Sound '{name}' is said by a rule that was saved a moment ago, so it stays."
            : $"Sound '{name}' is said by {string.Join(" and ", uses)}, so it stays.", ("usedBy", uses));
    }

    private static ProblemHttpResult NotFound(string name) => Problem.Of("not-found", $"There is no sound '{name}'.");

    private static ProblemHttpResult? WhyNot(HttpContext context, RingwayOptions options) => options.Lines.Any(line => line.Editors.Contains(context.Agent().Value)) ? null
        : Problem.Of("not-your-line", "You may not hear or change these sounds. Who may change a number's rules may: lines[].editors.");

    /// <summary>Menus are everybody's.</summary>
    public static bool MaySee(SoundUse use, RingwayOptions options, AgentId agent) =>
        use.Line is null || options.Line(use.Line) is { } line && line.Editors.Contains(agent.Value);

    /// <summary>Whether others than she decide what is said there. Where nobody does in the desk, the operator has named the sound for any of them to upload.</summary>
    private static bool IsOthers(SoundUse use, RingwayOptions options, AgentId agent) =>
        !MaySee(use, options, agent) && options.Line(use.Line!) is { Editors.IsEmpty: false };

    /// <summary>Null when it is too large, whether that is said beforehand or seen on the way.</summary>
    private static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken ct)
    {
        // What is too large is taken off the wire all the same: a browser whose sending is cut off never reads why.
        request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MostSent;
        if (request.ContentLength > UploadedSound.MostBytes) return null;
        using var body = new MemoryStream();
        var part = new byte[64 * 1024];
        for (int read; (read = await request.Body.ReadAsync(part, ct)) > 0;)
        {
            if (body.Length + read > UploadedSound.MostBytes) return null;
            body.Write(part, 0, read);
        }

        return body.ToArray();
    }
}

/// <summary>A sound that rules may say: <c>sound:NAME</c>.</summary>
/// <param name="Bytes">As they are kept; a file of it has 44 more.</param>
/// <param name="By">Who uploaded it.</param>
public sealed record SoundView(string Name, double Seconds, long Bytes, DateTimeOffset ChangedAt, string By, IReadOnlyList<SoundUseView> UsedBy)
{
    internal static SoundView Of(SoundRow sound, IReadOnlyList<SoundUse> uses, RingwayOptions options, AgentId agent) => new(
        sound.Name, UploadedSound.SecondsOf(sound.Bytes), sound.Bytes, sound.At, sound.By,
        [.. uses.Where(use => use.Sound == sound.Name).Select(use => SoundUseView.Of(use, options, agent)).Distinct()]);
}

/// <summary>Something that says a sound.</summary>
/// <param name="Line">Null: a menu.</param>
/// <param name="What"><c>rule 2</c>; of a line whose rules one may not see only that there is something.</param>
public sealed record SoundUseView(string? Line, string What)
{
    internal static SoundUseView Of(SoundUse use, RingwayOptions options, AgentId agent) => new(use.Line, SoundsApi.MaySee(use, options, agent) ? use.What : "something");

    public override string ToString() => Line is null ? What : $"{What} of line {Line}";
}
