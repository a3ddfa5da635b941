using System.Data.Common;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ringway.Reports;
using Ringway.Store;

namespace Ringway.Api;

/// <summary>The history for spreadsheets.</summary>
internal static class HistoryCsvApi
{
    public static void MapHistoryCsv(this IEndpointRouteBuilder api) =>
        api.MapGet("/history.csv", WriteAsync).RequireSignIn().Produces<string>(StatusCodes.Status200OK, "text/csv")
            .WithSummary("Calls that are over as CSV, oldest first");

    /// <summary>A store that goes away in the middle cuts the answer off, so that nobody takes it for whole.</summary>
    private static async Task WriteAsync(HttpContext context, ICallStore store, TimeProvider time, string? from, string? to, CancellationToken ct)
    {
        if (!Period.TryRead(from, to, time.GetUtcNow(), out var period))
        {
            await Problem.WriteAsync(context, "bad-request", Period.Form);
            return;
        }

        await using var calls = store.CallsBetweenAsync(period.From, period.To, ct).GetAsyncEnumerator(ct);
        if (await AnyAsync(calls) is not { } isThereOne)
        {
            await Problem.WriteAsync(context, "store-away", "The history cannot be read just now; calls go on. Try again in a minute.");
            return;
        }

        context.Response.ContentType = "text/csv; charset=utf-8; header=present";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"calls.csv\"";
        await using var text = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await text.WriteAsync(CallCsv.Header.AsMemory(), ct);
        for (; isThereOne; isThereOne = await calls.MoveNextAsync()) await text.WriteAsync(CallCsv.Line(calls.Current).AsMemory(), ct);
        await text.FlushAsync(ct);
    }

    /// <summary>Null: the store is away, while another answer can still be given.</summary>
    private static async Task<bool?> AnyAsync(IAsyncEnumerator<CallRecord> calls)
    {
        try
        {
            return await calls.MoveNextAsync();
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return null;
        }
    }
}
