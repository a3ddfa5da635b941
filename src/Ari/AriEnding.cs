namespace Ringway.Ari;

/// <summary>Why a connection is given up for good.</summary>
public enum AriEnding
{
    /// <summary>We were told to stop.</summary>
    Stopped,

    /// <summary>Another connection has taken the application over (<see cref="ApplicationReplaced"/>).</summary>
    Replaced,
}
