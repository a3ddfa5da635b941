namespace Ringway.News;

/// <summary>What a webhook of the operator's can be told.</summary>
public enum NewsKind
{
    /// <summary>Phones ring: agents' for a call that came, the WhatsApp user's for one that was placed.</summary>
    Ringing,

    /// <summary>The caller waits with music until an agent is free.</summary>
    Queued,

    /// <summary>Somebody took the call; again when a colleague takes it after a transfer.</summary>
    Answered,

    /// <summary>The WhatsApp user hears music.</summary>
    Held,

    /// <summary>The WhatsApp user is back in the talk.</summary>
    Resumed,

    /// <summary>An agent gave the call away.</summary>
    Transferred,

    /// <summary>A WhatsApp user's call ended before anybody answered; <see cref="Ended"/> follows.</summary>
    Missed,

    /// <summary>The WhatsApp user left a message; <see cref="Ended"/> follows.</summary>
    Voicemail,

    /// <summary>The call is over. Only <see cref="Recorded"/> may follow.</summary>
    Ended,

    /// <summary>The call's recording is kept, or could not be made; after <see cref="Ended"/>, when it has been written.</summary>
    Recorded,

    /// <summary>Whether a WhatsApp user may be called, or asked, is known to be otherwise than before. Not of a call.</summary>
    Permission,
}
