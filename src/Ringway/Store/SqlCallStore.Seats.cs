using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    public abstract bool IsShared { get; }

    public abstract Task ListenAsync(Func<string?, Task> heard, CancellationToken ct);

    /// <summary>
    /// A first statement that makes what follows wait for others who change seats. It goes out in one message with the rest, so a machine that dies
    /// meanwhile leaves nothing locked.
    /// </summary>
    protected abstract string SeatsOneAtATime { get; }

    /// <summary>Of this ringway; empty where there is only one, so that it may be renamed.</summary>
    protected abstract string Node { get; }

    public async Task<SeatTable> BeatAsync(IReadOnlyCollection<string>? inCall, CancellationToken ct = default)
    {
        const string sql = """
            insert into nodes (node, beat) values (@Node, 1) on conflict (node) do update set beat = nodes.beat + 1;
            update seats set in_call = not in_call where node = @Node and in_call <> (@inCall like '%,' || agent || ',%');
            select node, beat from nodes order by node;
            select agent, node, wanted_by, ready, pause_reason, paused_at, moves, in_call from seats order by agent;
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await using var answers = await connection.QueryMultipleAsync(new CommandDefinition(
            SeatsOneAtATime + sql, new { Node, inCall = inCall is null ? null : $",{string.Join(',', inCall)}," }, cancellationToken: ct)); // a list in SQL is written otherwise in each database
        await answers.ReadAsync();
        return new([.. await answers.ReadAsync<NodeRow>()], [.. (await answers.ReadAsync<SeatColumns>()).Select(row => row.ToRow())]);
    }

    public async Task<long> MoveSeatAsync(SeatMove move, CancellationToken ct = default)
    {
        const string sql = """
            insert into seats (agent, node, wanted_by, ready, pause_reason, paused_at, moves, in_call)
            values (@Agent, @Node, null, @Ready, @PauseReason, @PausedAt, 1, @no)
            on conflict (agent) do update set
                ready = excluded.ready, pause_reason = excluded.pause_reason, paused_at = excluded.paused_at, moves = seats.moves + 1,
                wanted_by = case when seats.node <> @Node and seats.node in (select node from nodes) then @Node end,
                node = case when seats.node in (select node from nodes) then seats.node else @Node end
            returning moves
            """;
        await using var connection = await Database.OpenConnectionAsync(ct);
        await using var answers = await connection.QueryMultipleAsync(new CommandDefinition(SeatsOneAtATime + sql, Of(move), cancellationToken: ct));
        await answers.ReadAsync();
        return await answers.ReadSingleAsync<long>();
    }

    public Task TakeSeatAsync(SeatMove first, CancellationToken ct = default) => ChangeSeatAsync("""
        insert into seats (agent, node, wanted_by, ready, pause_reason, paused_at, moves, in_call)
        values (@Agent, @Node, null, @Ready, @PauseReason, @PausedAt, 1, @no)
        on conflict (agent) do update set node = @Node, wanted_by = null, in_call = @no
        where seats.node not in (select node from nodes)
        """, Of(first), ct);

    public Task AskForSeatAsync(string agent, CancellationToken ct = default) => ChangeSeatAsync(
        "update seats set wanted_by = @Node where agent = @agent and node <> @Node and wanted_by is null", new { agent, Node }, ct);

    public Task GiveSeatAsync(string agent, CancellationToken ct = default) => ChangeSeatAsync(
        "update seats set node = wanted_by, wanted_by = null, in_call = @no where agent = @agent and node = @Node and wanted_by is not null",
        new { agent, Node, no = false }, ct);

    public Task LeaveSeatAsync(string agent, CancellationToken ct = default) => ChangeSeatAsync("""
        update seats set
            in_call = @no,
            wanted_by = case when wanted_by <> @Node then wanted_by end,
            node = case when node = @Node then '' else node end
        where agent = @agent and (node = @Node or wanted_by = @Node)
        """, new { agent, Node, no = false }, ct);

    public Task EndNodeAsync(NodeRow silent, CancellationToken ct = default) => ChangeSeatAsync("""
        delete from nodes where node = @Node and beat = @Beat;
        update seats set wanted_by = null where wanted_by = @Node and not exists (select 1 from nodes where node = @Node)
        """, silent, ct);

    private async Task ChangeSeatAsync(string sql, object values, CancellationToken ct)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        await connection.ExecuteAsync(new CommandDefinition(SeatsOneAtATime + sql, values, cancellationToken: ct));
    }

    private object Of(SeatMove move) => new { move.Agent, Node, move.Ready, move.PauseReason, move.PausedAt, no = false };

    private sealed class SeatColumns
    {
        public string Agent { get; init; } = "";
        public string Node { get; init; } = "";
        public string? WantedBy { get; init; }
        public bool Ready { get; init; }
        public string? PauseReason { get; init; }
        public DateTimeOffset? PausedAt { get; init; }
        public long Moves { get; init; }
        public bool InCall { get; init; }

        public SeatRow ToRow() => new(Agent, Node, WantedBy, Ready, PauseReason, PausedAt, Moves, InCall);
    }
}
