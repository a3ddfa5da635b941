using System.Globalization;
using Ringway.Calls;
using Ringway.Store;

namespace Ringway.Reports;

/// <summary>What the rows of a report are about.</summary>
public enum ReportBy { Line, Agent, Hour }

/// <summary>
/// Counts calls that are over as they pass by; nothing but the counts is kept. Teams and the time after calls are not in the
/// records and so not here.
/// </summary>
public sealed class CallReport(ReportBy by)
{
    /// <summary>Who answers within this time answers quickly; four of five calls within 20 s is what most call centres aim at.</summary>
    public static readonly TimeSpan Quickly = TimeSpan.FromSeconds(20);

    private readonly SortedDictionary<string, Tally> _rows = new(StringComparer.Ordinal);
    private readonly Tally _all = new();

    /// <summary>By their keys.</summary>
    public IReadOnlyList<ReportRow> Rows => [.. _rows.Select(row => row.Value.ToRow(row.Key))];

    /// <summary>Every call once, also those that are in no row or in several.</summary>
    public ReportRow All => _all.ToRow(null);

    public void Add(CallRecord call)
    {
        _all.Add(call, isHere: true);
        foreach (var key in Keys(call))
        {
            if (!_rows.TryGetValue(key, out var row)) _rows[key] = row = new();
            row.Add(call, isHere: by != ReportBy.Agent || call.Agent == key);
        }
    }

    private IEnumerable<string> Keys(CallRecord call) => by switch
    {
        ReportBy.Line => [call.Line.Id],
        ReportBy.Hour => [call.ArrivedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:00:00'Z'", CultureInfo.InvariantCulture)],
        _ when call.Direction == Direction.Outbound => call.Agent is { } agent ? [agent] : [],
        _ => call.Agent is { } agent ? call.OfferedTo.Append(agent).Distinct() : call.OfferedTo.Distinct(),
    };

    private sealed class Tally
    {
        private int _offered, _closed, _answered, _quickly, _abandoned, _missed, _placed, _pickedUp;
        private double _waited, _talked;

        /// <param name="isHere">Whether the row's own answered it; in an agent's row a colleague may have.</param>
        public void Add(CallRecord call, bool isHere)
        {
            if (call.Direction == Direction.Outbound) AddPlaced(call);
            else if (call is { AnsweredAt: null, Outcome.What: "closed" or "told" }) _closed++;
            else AddOffered(call, isHere);
        }

        public ReportRow ToRow(string? key) => new(
            key, _offered, _answered, _abandoned, _missed, _quickly, Ratio(_quickly, _offered), Ratio(_answered, _offered),
            Mean(_waited, _answered), Mean(_talked, _answered + _pickedUp), _closed, _placed, _pickedUp, Ratio(_pickedUp, _placed));

        private void AddPlaced(CallRecord call)
        {
            _placed++;
            if (call.AnsweredAt is null) return;
            _pickedUp++;
            _talked += Seconds(call.EndedAt - call.AnsweredAt);
        }

        private void AddOffered(CallRecord call, bool isHere)
        {
            _offered++;
            if (call.AnsweredAt is not { } answered)
            {
                _missed++;
                if (call.Outcome?.What == "abandoned") _abandoned++;
            }
            else if (isHere)
            {
                _answered++;
                if (answered - call.ArrivedAt <= Quickly) _quickly++;
                _waited += Seconds(answered - call.ArrivedAt);
                _talked += Seconds(call.EndedAt - answered);
            }
        }

        /// <summary>A clock that was set back gives no negative durations.</summary>
        private static double Seconds(TimeSpan? time) => Math.Max(0, time?.TotalSeconds ?? 0);

        private static double? Ratio(int some, int all) => all == 0 ? null : Math.Round((double)some / all, 4);

        private static double? Mean(double sum, int count) => count == 0 ? null : Math.Round(sum / count, 1);
    }
}

/// <summary>Counts of one line, agent or hour. Ratios are from 0 to 1; they and the means are null when there is nothing to count.</summary>
/// <param name="Key">Id of the line or agent, or the hour's beginning in UTC; null for all.</param>
/// <param name="Offered">Calls of WhatsApp users that came while the line was open; in an agent's row those that rang at the agent.</param>
/// <param name="Answered">Those that were answered; in an agent's row those that the agent had last.</param>
/// <param name="Abandoned">Those whose user gave up before an answer; they are among <paramref name="Missed"/>.</param>
/// <param name="Missed">Those that nobody answered.</param>
/// <param name="AnsweredWithin20s">Those that were answered within 20 s after they came.</param>
/// <param name="ServiceLevel">That, of the offered ones.</param>
/// <param name="AnsweredRatio">Answered ones of the offered ones.</param>
/// <param name="AverageWaitSeconds">From arrival to answer, of those that were answered.</param>
/// <param name="AverageTalkSeconds">From answer to end, of calls in both directions.</param>
/// <param name="Closed">Calls of users outside of the line's hours, or whose route only told them something; they are not offered.</param>
/// <param name="Placed">Calls to WhatsApp users.</param>
/// <param name="PickedUp">Those that the user took.</param>
/// <param name="PickUpRatio">That, of the placed ones.</param>
public sealed record ReportRow(
    string? Key, int Offered, int Answered, int Abandoned, int Missed, int AnsweredWithin20s, double? ServiceLevel, double? AnsweredRatio,
    double? AverageWaitSeconds, double? AverageTalkSeconds, int Closed, int Placed, int PickedUp, double? PickUpRatio);
