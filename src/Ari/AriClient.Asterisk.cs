namespace Ringway.Ari;

/// <summary>The parts of <see cref="AsteriskInfo"/>.</summary>
[Flags]
public enum InfoParts
{
    Build = 1,
    System = 2,
    Config = 4,
    Status = 8,
}

public sealed partial class AriClient
{
    /// <summary>What Asterisk is, since when it runs, how it was built.</summary>
    public Task<AsteriskInfo> GetInfoAsync(CancellationToken ct = default) =>
        SendAsync(new("GET", "asterisk/info"), AriJsonContext.Default.AsteriskInfo, ct);

    /// <summary>Only some of it; the other parts of the answer are null.</summary>
    public Task<AsteriskInfo> GetInfoAsync(InfoParts only, CancellationToken ct = default) => SendAsync(
        new AriRequest("GET", "asterisk/info").With("only", Words.Of(only)), AriJsonContext.Default.AsteriskInfo, ct);

    /// <summary>Whether somebody is there. Behind other commands of the socket it waits for their turn.</summary>
    public Task<AsteriskPing> PingAsync(CancellationToken ct = default) =>
        SendAsync(new("GET", "asterisk/ping"), AriJsonContext.Default.AsteriskPing, ct);

    /// <summary>A global variable's value; null when it is not set (Asterisk does not tell unset from empty).</summary>
    public async Task<string?> GetGlobalVariableAsync(string name, CancellationToken ct = default)
    {
        var answer = await SendAsync(
            new AriRequest("GET", "asterisk/variable").With("variable", name), AriJsonContext.Default.VariableAnswer, ct);
        return answer.Value is "" ? null : answer.Value;
    }

    /// <param name="name">The variable. A function that reaches files or the shell is refused (<c>live_dangerously</c>).</param>
    /// <param name="value">Null empties it.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task SetGlobalVariableAsync(string name, string? value, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "asterisk/variable").With("variable", name).With("value", value), ct);

    /// <summary>All modules that are loaded, and some parts of the core (<c>acl</c>, <c>cdr</c>, …), which are no files.</summary>
    public async Task<IReadOnlyList<Module>> ListModulesAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "asterisk/modules"), AriJsonContext.Default.ModuleArray, ct);

    /// <summary>A module by its file's name, <c>res_musiconhold.so</c>; null when it is not loaded.</summary>
    public Task<Module?> GetModuleAsync(string module, CancellationToken ct = default) =>
        FindAsync(new("GET", "asterisk/modules/{moduleName}", module), AriJsonContext.Default.Module, ct);

    /// <summary>Loads a module. Asterisk says 409 both when it is loaded already and when it cannot be (no such file, its own refusal).</summary>
    public Task LoadModuleAsync(string module, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "asterisk/modules/{moduleName}", module), ct);

    /// <summary>Unloads a module; success when it is not loaded. 409 when it is in use.</summary>
    public Task UnloadModuleAsync(string module, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "asterisk/modules/{moduleName}", module), ct);

    /// <summary>Has a module read its configuration again. 409 when it cannot, or when its configuration is faulty.</summary>
    public Task ReloadModuleAsync(string module, CancellationToken ct = default) =>
        SendAsync(new AriRequest("PUT", "asterisk/modules/{moduleName}", module), ct);

    /// <summary>Where Asterisk's log goes.</summary>
    public async Task<IReadOnlyList<LogChannel>> ListLogChannelsAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "asterisk/logging"), AriJsonContext.Default.LogChannelArray, ct);

    /// <summary>Opens one more log file until Asterisk ends or reloads its logger. 409 when it is open already.</summary>
    /// <param name="logChannel">A file's name below Asterisk's log folder, <c>console</c>, or <c>syslog.…</c>.</param>
    /// <param name="levels">
    /// Comma-separated: <c>error</c>, <c>warning</c>, <c>notice</c>, <c>verbose</c>, <c>debug</c>, <c>dtmf</c>. A word that is none of them
    /// is not refused; nothing is written for it.
    /// </param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task AddLogChannelAsync(string logChannel, string levels, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "asterisk/logging/{logChannelName}", logChannel).With("configuration", levels), ct);

    /// <summary>Closes a log file; success when it is closed already.</summary>
    public Task DeleteLogChannelAsync(string logChannel, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "asterisk/logging/{logChannelName}", logChannel), ct);

    /// <summary>Sets a log file aside and begins a new one.</summary>
    public Task RotateLogChannelAsync(string logChannel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("PUT", "asterisk/logging/{logChannelName}/rotate", logChannel), ct);

    /// <summary>A pushed configuration object's fields, secrets among them; null when there is no such object.</summary>
    public async Task<IReadOnlyList<ConfigTuple>?> GetConfigAsync(
        string configClass, string type, string id, CancellationToken ct = default) => await FindAsync(
        new("GET", "asterisk/config/dynamic/{configClass}/{objectType}/{id}", configClass, type, id),
        AriJsonContext.Default.ConfigTupleArray, ct);

    /// <summary>
    /// Creates or changes a configuration object in the running Asterisk, for example class <c>res_pjsip</c>, type <c>endpoint</c>; what
    /// is not named keeps its value. Its sorcery mapping must be one that can be written (memory, astdb, realtime), else 403, which
    /// does not mean that nothing was changed (<c>global</c>, 22.10.1). An endpoint without a codec cannot be changed any more: 500
    /// "Allocation failed", because Asterisk cannot read the <c>allow=nothing</c> that it writes (22.10.1, tried). 400 for a field or a
    /// value that is none.
    /// </summary>
    /// <returns>The whole object, with the fields that were not named.</returns>
    public async Task<IReadOnlyList<ConfigTuple>> PutConfigAsync(
        string configClass, string type, string id, IReadOnlyDictionary<string, string> fields,
        CancellationToken ct = default) => await SendAsync(
        new AriRequest("PUT", "asterisk/config/dynamic/{configClass}/{objectType}/{id}", configClass, type, id).WithBody(body =>
        {
            body.WriteStartArray("fields");
            foreach (var (attribute, value) in fields)
            {
                body.WriteStartObject();
                body.WriteString("attribute", attribute);
                body.WriteString("value", value);
                body.WriteEndObject();
            }
            body.WriteEndArray();
        }),
        AriJsonContext.Default.ConfigTupleArray, ct);

    /// <summary>Takes a pushed configuration object away; success when it is gone already. 403 for one that comes from a file.</summary>
    public Task DeleteConfigAsync(string configClass, string type, string id, CancellationToken ct = default) => EndAsync(
        new AriRequest("DELETE", "asterisk/config/dynamic/{configClass}/{objectType}/{id}", configClass, type, id), ct);
}
