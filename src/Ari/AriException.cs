namespace Ringway.Ari;

/// <summary>Why a command failed, as far as the caller can act on it.</summary>
public enum AriFailure
{
    /// <summary>Asterisk answered with an error status. It did not do it.</summary>
    Refused,

    /// <summary>No answer within <see cref="AriOptions.RequestTimeout"/>. Asterisk may have done it, or may do it yet.</summary>
    TimedOut,

    /// <summary>There is no connection. Nothing was sent.</summary>
    NotConnected,

    /// <summary>The connection broke before the answer came. Asterisk may have done it.</summary>
    ConnectionLost,

    /// <summary>The request is longer than Asterisk's 64 KiB per message. Nothing was sent.</summary>
    TooLong,

    /// <summary>Asterisk said yes, and sent a body we cannot read.</summary>
    Unreadable,

    /// <summary>Asterisk does not do this over a WebSocket; <see cref="AriHttp"/> does. Nothing was sent.</summary>
    NeedsHttp,
}

/// <summary>A command that Asterisk refused, or that it could not be asked.</summary>
public sealed class AriException : Exception
{
    internal AriException(AriFailure failure, AriRequest request, int status, string asteriskMessage, Exception? inner = null)
        : base(Sentence(failure, request, status, asteriskMessage), inner)
    {
        Failure = failure;
        Method = request.Method;
        Route = request.Route;
        Status = status;
        AsteriskMessage = asteriskMessage;
    }

    public AriFailure Failure { get; }

    /// <summary>HTTP's verb, for example POST.</summary>
    public string Method { get; }

    /// <summary>The operation with its blanks unfilled, <c>channels/{channelId}/answer</c>: fit for a metric's label.</summary>
    public string Route { get; }

    /// <summary>HTTP status of Asterisk's answer; 0 when there was none.</summary>
    public int Status { get; }

    /// <summary>What Asterisk said, or in our words why there is no answer.</summary>
    public string AsteriskMessage { get; }

    /// <summary>409: a create under an id that exists (done already, if the id is ours), or a channel that is not in Stasis.</summary>
    public bool IsConflict => Status == 409;

    /// <summary>404: no such channel, bridge, playback, application ...</summary>
    public bool IsNotFound => Status == 404 && !IsMissingModule;

    /// <summary>
    /// 404 "Resource not found": this Asterisk does not have the operation at all. Its module is not loaded, or was not built (Debian
    /// builds no <c>res_ari_mailboxes</c>), or is older than the operation. It says nothing about what was asked for.
    /// </summary>
    public bool IsMissingModule => Status == 404 && AsteriskMessage == "Resource not found";

    private static string Sentence(AriFailure failure, AriRequest request, int status, string message) => failure switch
    {
        AriFailure.Refused => $"Asterisk refused {request.Method} {request.Path} ({status}). {message}",
        _ => $"{request.Method} {request.Path} got no answer from Asterisk. {message}",
    };
}
