using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Ringway.Agents;
using Ringway.CallBacks;
using Ringway.Options;
using Ringway.Store;
using Ringway.Switchboard;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Api;

/// <summary>
/// Tells the open pages what happens: each has an outbox, and one that does not keep up is told the whole anew
/// instead of every step that it missed. A page that sleeps costs nobody else anything.
/// </summary>
public sealed partial class Pages
{
    private readonly Lock _gate = new();
    private readonly HashSet<PageLink> _links = [];
    private readonly Roster _roster;
    private readonly CallBoard _board;
    private readonly CallBackBook _callBacks;
    private readonly NightSwitch _night;
    private readonly RouteBook _routes;
    private readonly ImmutableArray<TeamFact> _teams;
    private readonly ImmutableArray<PauseReasonView> _pauseReasons;
    private readonly int _ringSeconds;
    private readonly RingwayOptions _options;
    private readonly ILogger<Pages> _logger;

    public Pages(
        Roster roster, CallBoard board, SignIns signIns, AgentLines phones, PermissionBook permissions, CallBackBook callBacks, NightSwitch night, RouteBook routes,
        RingwayOptions options, ILogger<Pages> logger)
    {
        (_roster, _board, _callBacks, _options, _logger) = (roster, board, callBacks, options, logger);
        (_night, _routes) = (night, routes);
        night.Changed += TellOfLine;
        routes.Changed += TellOfLine;
        _teams = [.. options.Teams.Select(team => new TeamFact(team.Id, team.Name))];
        _pauseReasons = [.. options.PauseReasons.Select(reason => new PauseReasonView(reason.Id, reason.Name))];
        _ringSeconds = (int)options.Calls.Ring.TotalSeconds;
        roster.Changed += agent => Tell(new PageMessage.Agent(agent));
        board.Changed += call => Tell(new PageMessage.Call(call));
        permissions.Changed += permission => Tell(new PageMessage.Permission(permission));
        callBacks.Changed += all => Tell(new PageMessage.CallBacks(all));
        phones.Lost += lost => TellOne(lost.Session, new PageMessage.LineLost(lost.Reason));
        signIns.Ended += session => TellOne(session, new PageMessage.Bye(PageMessage.Bye.SignedOut));
    }

    public int Open
    {
        get { lock (_gate) return _links.Count; }
    }

    public void Add(PageLink link)
    {
        lock (_gate) _links.Add(link);
        Log.Opened(_logger, link.Session.Agent);
    }

    public void Remove(PageLink link)
    {
        lock (_gate) _links.Remove(link);
        Log.Closed(_logger, link.Session.Agent);
    }

    /// <summary>Ringway stops; pages connect again by themselves.</summary>
    public void SayGoodbye() => Tell(new PageMessage.Bye(PageMessage.Bye.Restarting));

    /// <summary>
    /// How everything stands. A fact may be in it and be told once more right after: whoever changes something does so
    /// before telling, so the last word is always the newest.
    /// </summary>
    public PageMessage.Hello Hello(SessionRow session)
    {
        var agents = _roster.All;
        var me = agents.FirstOrDefault(agent => agent.Id == session.Agent);
        return new PageMessage.Hello(
            new AgentFact(session.Agent, me?.Name ?? session.Agent), me?.Ready ?? false, agents, _board.Live, [.. LineView.All(_options, _night, _routes)], _teams,
            [.. _options.Menus.Select(menu => menu.Id)], [.. _options.Bots.Select(bot => new AgentFact(bot.Id, bot.Name))], _ringSeconds, _pauseReasons,
            [.. agents.Select(agent => agent.Id).Where(agent => _options.Supervises(new(session.Agent), new(agent)))],
            [.. _options.Lines.Where(line => line.Recording.Listeners.Contains(session.Agent)).Select(line => line.Id)], _callBacks.Now);
    }

    private void TellOfLine(string line) => Tell(new PageMessage.Line(LineView.Of(_options.Line(line)!, _night, _routes)));

    private void Tell(PageMessage message)
    {
        lock (_gate)
            foreach (var link in _links)
                link.Post(message);
    }

    private void TellOne(SessionRow session, PageMessage message)
    {
        lock (_gate)
            foreach (var link in _links.Where(link => link.Session.TokenHash == session.TokenHash))
                link.Post(message);
    }

    private static partial class Log
    {
        [LoggerMessage(4301, LogLevel.Debug, "A page of {Agent} opened.")]
        public static partial void Opened(ILogger logger, string agent);

        [LoggerMessage(4302, LogLevel.Debug, "A page of {Agent} closed.")]
        public static partial void Closed(ILogger logger, string agent);
    }
}
