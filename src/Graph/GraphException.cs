using System.Text;

namespace Ringway.Graph;

/// <summary>Meta refused a request, or could not be asked. The text has neither token nor user's number in it.</summary>
public sealed class GraphException : Exception
{
    internal GraphException(string method, string route, string text, Exception? inner = null) : base(text, inner) =>
        (Method, Route) = (method, route);

    /// <summary>HTTP status of Meta's answer; 0 when there was none.</summary>
    public int Status { get; init; }

    /// <summary>Meta's error code; 0 when there was none.</summary>
    public int Code { get; init; }

    public int? Subcode { get; init; }

    /// <summary>Meta's <c>error_data.details</c>: often the only useful part.</summary>
    public string? Details { get; init; }

    /// <summary>What Meta's support asks for (<c>fbtrace_id</c>).</summary>
    public string? TraceId { get; init; }

    public string Method { get; }

    /// <summary>The operation with its blanks unfilled, <c>{phone-number-id}/settings</c>: fit for a metric's label.</summary>
    public string Route { get; }

    /// <summary>How long Meta wants us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Cause, cure and who must act; null when the code is new to us.</summary>
    public GraphError? Known => GraphErrors.Find(Code, Subcode);

    /// <summary>No answer came, so what was asked for may have been done.</summary>
    public bool MayBeDone { get; init; }

    /// <summary>Too many requests; nothing was done.</summary>
    public bool IsRateLimit => Status == 429 || Known is { IsRate: true };

    /// <summary>The access token is expired, revoked or was never one.</summary>
    public bool IsToken => Code == 190 || Status == 401 && Code is 0 or 102;

    internal static string Sentence(string method, string path, int status, int code, int? subcode, string said, string? details)
    {
        var text = new StringBuilder($"Meta refused {method} {path} (HTTP {status}");
        if (code != 0) text.Append($", code {code}");
        if (subcode is { } sub) text.Append($"/{sub}");
        text.Append($"): {said.TrimEnd('.')}.");
        if (details is { Length: > 0 } && details != said) text.Append($" {details.TrimEnd('.')}.");
        if (GraphErrors.Find(code, subcode) is { } known) text.Append($" {known.Cause} {known.Cure}");
        return text.ToString();
    }
}
