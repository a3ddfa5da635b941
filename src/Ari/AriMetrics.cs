using System.Diagnostics.Metrics;

namespace Ringway.Ari;

/// <summary>What the client counts. Labels come from closed sets: routes with their blanks unfilled, HTTP statuses.</summary>
internal static class AriMetrics
{
    private static readonly Meter Meter = new("Ringway.Ari");

    public static readonly Counter<long> Events = Meter.CreateCounter<long>("ringway.ari.events");
    public static readonly Counter<long> Unknown = Meter.CreateCounter<long>("ringway.ari.events.unknown");
    public static readonly Counter<long> Unreadable = Meter.CreateCounter<long>("ringway.ari.messages.unreadable");
    public static readonly Counter<long> TimedOut = Meter.CreateCounter<long>("ringway.ari.requests.timed_out");
    private static readonly Histogram<double> Requests =
        Meter.CreateHistogram<double>("ringway.ari.request.duration", "s", "From the call to Asterisk's answer.");

    public static void Answered(AriRequest request, int status, TimeSpan took) => Requests.Record(
        took.TotalSeconds, new("method", request.Method), new("route", request.Route), new("status", status));
}
