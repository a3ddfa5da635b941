namespace Ringway.Ari;

/// <summary>How patient the ARI client is, and how much it has under way. Every value has a default that suits one machine.</summary>
public sealed record AriOptions
{
    /// <summary>
    /// How long a command may wait for its answer, counted from the call. Default 5 s: Asterisk answers in under a
    /// millisecond; a channel that is stuck holds its command up, and with it the socket.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long Asterisk may be silent before we ping. Default 1 s. Asterisk before 22.11 never pings.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a ping may stay unanswered before the socket is dropped. Default 2 s: with <see cref="PingInterval"/>, a connection that
    /// is dead without having been closed is found out within 3 s. A ping behind a command of ours has <see cref="RequestTimeout"/>
    /// instead: the thread that answers it in Asterisk is the one that works off our commands, so a slow one must not cost the
    /// connection.
    /// </summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many commands may be written and not yet answered; the next ones wait on our side. Default 256. Asterisk works
    /// a socket off one command after the other, so more would gain nothing, and a ping has to queue behind them.
    /// </summary>
    public int MaxInFlight { get; init; } = 256;

    /// <summary>
    /// How long an old socket may still be read after a new one has come, before it is dropped. Default 500 ms. Asterisk
    /// hangs up on a slow reader and connects again while events of the old connection may still lie unread on our side.
    /// </summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest message taken from Asterisk, in bytes; a longer one drops the socket. Default 64 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Waits before each attempt to connect (only when we connect); the last one repeats. Default 0, 1, 2, 5, 10 s.</summary>
    public IReadOnlyList<TimeSpan> ReconnectDelays { get; init; } =
        [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)];

    /// <summary>A connection that lived this long counts as good: the next loss starts with the first delay. Default 10 s.</summary>
    public TimeSpan GoodConnection { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Source of the jitter: up to a quarter is added to each reconnect delay.</summary>
    public Random Random { get; init; } = Random.Shared;
}
