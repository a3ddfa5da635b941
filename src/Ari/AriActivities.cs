using System.Diagnostics;

namespace Ringway.Ari;

/// <summary>
/// A command as an OpenTelemetry span: <c>POST channels/{channelId}/answer</c>, from the call to the answer. Its name has its blanks
/// unfilled; what filled them (ids, never numbers or names) is in <c>ari.path</c>.
/// </summary>
internal static class AriActivities
{
    private static readonly ActivitySource Source = new("Ringway.Ari");

    /// <summary>Null when nobody listens: then it costs nothing.</summary>
    public static Activity? Start(AriRequest request)
    {
        if (!Source.HasListeners())
            return null;
        var activity = Source.StartActivity($"{request.Method} {request.Route}", ActivityKind.Client);
        activity?.SetTag("ari.path", request.Path);
        return activity;
    }

    public static void Failed(this Activity activity, AriException why)
    {
        activity.SetTag("error.type", why.Failure.ToString());
        if (why.Status != 0)
            activity.SetTag("http.response.status_code", why.Status);
        activity.SetStatus(ActivityStatusCode.Error, why.AsteriskMessage);
    }
}
