using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ringway.Reports;
using Ringway.Store;

namespace Ringway.Api;

/// <summary>How many calls came, how many were taken, and how quickly.</summary>
internal static class ReportsApi
{
    public static void MapReports(this IEndpointRouteBuilder api) =>
        api.MapGet("/reports", ReportAsync).RequireSignIn().WithSummary("Counts of calls by line, agent or hour");

    private static async Task<Results<Ok<ReportView>, ProblemHttpResult>> ReportAsync(
        ICallStore store, TimeProvider time, string? from, string? to, string? by, CancellationToken ct)
    {
        if (!Period.TryRead(from, to, time.GetUtcNow(), out var period)) return Problem.Of("bad-request", Period.Form);
        if (By(by) is not { } rows) return Problem.Of("bad-request", "by is line, agent or hour.");
        var report = new CallReport(rows);
        try
        {
            await foreach (var call in store.CallsBetweenAsync(period.From, period.To, ct)) report.Add(call);
            return TypedResults.Ok(new ReportView(period.From, period.To, rows, report.Rows, report.All));
        }
        catch (Exception fault) when (fault is DbException or TimeoutException)
        {
            return Problem.Of("store-away", "The history cannot be read just now; calls go on. Try again in a minute.");
        }
    }

    private static ReportBy? By(string? word) => word switch
    {
        null or "line" => ReportBy.Line,
        "agent" => ReportBy.Agent,
        "hour" => ReportBy.Hour,
        _ => null,
    };
}

/// <summary>Counts of the calls that are over and arrived in that time.</summary>
/// <param name="To">Not included.</param>
/// <param name="All">Every call once.</param>
public sealed record ReportView(DateTimeOffset From, DateTimeOffset To, ReportBy By, IReadOnlyList<ReportRow> Rows, ReportRow All);
