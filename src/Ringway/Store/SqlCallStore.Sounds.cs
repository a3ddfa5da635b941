using Dapper;

namespace Ringway.Store;

public abstract partial class SqlCallStore
{
    public async Task<bool> SaveSoundAsync(SoundRow sound, byte[] samples, bool isNew, CancellationToken ct = default)
    {
        const string insert = "insert into sounds (name, samples, mark, by_agent, at) values (@Name, @samples, @Mark, @By, @At) on conflict (name) do ";
        const string update = "update set samples = excluded.samples, mark = excluded.mark, by_agent = excluded.by_agent, at = excluded.at";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(
            insert + (isNew ? "nothing" : update), new { sound.Name, samples, sound.Mark, sound.By, sound.At }, cancellationToken: ct)) == 1;
    }

    public async Task<bool> RemoveSoundAsync(string name, CancellationToken ct = default)
    {
        // Rules are kept as RoutesJson writes them, and names have nothing in them that JSON or a pattern would change.
        const string sql = "delete from sounds where name = @name and not exists (select 1 from routes where rules like @said)";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(new CommandDefinition(sql, new { name, said = $"%\"say\":\"sound:{name}\"%" }, cancellationToken: ct)) == 1;
    }

    public async Task<IReadOnlyList<SoundRow>> SoundsAsync(CancellationToken ct = default)
    {
        const string sql = "select name, length(samples) as bytes, mark, by_agent, at from sounds order by name";
        await using var connection = await Database.OpenConnectionAsync(ct);
        return [.. (await connection.QueryAsync<SoundColumns>(new CommandDefinition(sql, cancellationToken: ct))).Select(row => row.ToRow())];
    }

    public async Task<byte[]?> FindSoundAsync(string name, CancellationToken ct = default)
    {
        await using var connection = await Database.OpenConnectionAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition("select samples from sounds where name = @name", new { name }, cancellationToken: ct));
    }

    private sealed class SoundColumns
    {
        public string Name { get; init; } = "";
        public long Bytes { get; init; }
        public string Mark { get; init; } = "";
        public string ByAgent { get; init; } = "";
        public DateTimeOffset At { get; init; }

        public SoundRow ToRow() => new(Name, Bytes, Mark, ByAgent, At);
    }
}
