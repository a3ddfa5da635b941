using Ringway.Simulator.Graph;

namespace Ringway.Simulator.Tests.Graph;

/// <summary>Meta's rules of permission, one by one.</summary>
public sealed class PermissionBook
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nobody_may_be_called_unasked()
    {
        Assert.False(CallPermission.Strangers.MayCall(T0));
        Assert.True(CallPermission.Strangers.MayAsk(T0));
    }

    [Fact]
    public void A_temporary_permission_holds_seven_times_24_hours_and_not_a_second_longer()
    {
        var allowed = CallPermission.Strangers.Allow(always: false, T0);
        Assert.Equal(Grant.Temporary, allowed.GrantAt(T0.AddHours(168).AddSeconds(-1)));
        Assert.Equal(Grant.None, allowed.GrantAt(T0.AddHours(168)));
        Assert.False(allowed.MayCall(T0.AddHours(168)));
    }

    [Fact]
    public void A_permanent_permission_holds_until_it_is_taken_back()
    {
        var allowed = CallPermission.Strangers.Allow(always: true, T0);
        Assert.True(allowed.MayCall(T0.AddYears(3)));
        Assert.Equal(Grant.None, allowed.Refuse().GrantAt(T0.AddYears(3)));
    }

    [Fact]
    public void Calling_the_business_does_not_shorten_a_permanent_permission() =>
        Assert.Equal((Grant.Permanent, null), (CallPermission.Strangers.Allow(true, T0).Allow(false, T0).Grant, CallPermission.Strangers.Allow(true, T0).Allow(false, T0).Until));

    [Fact]
    public void One_may_ask_once_a_day_and_twice_a_week()
    {
        var asked = CallPermission.Strangers.Ask(T0);
        Assert.False(asked.MayAsk(T0.AddHours(24).AddSeconds(-1)));
        Assert.Equal(T0.AddHours(24), asked.AskLimits(T0)[0].FreeAt);
        Assert.True(asked.MayAsk(T0.AddHours(24)));

        var twice = asked.Ask(T0.AddDays(1));
        Assert.False(twice.MayAsk(T0.AddDays(6)));
        Assert.Equal((2, T0.AddDays(7)), (twice.AskLimits(T0.AddDays(6))[1].Used, twice.AskLimits(T0.AddDays(6))[1].FreeAt));
        Assert.True(twice.MayAsk(T0.AddDays(7)));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_connected_call_whoever_called_forgives_all_asking_and_all_strikes(bool byBusiness)
    {
        var tired = CallPermission.Strangers.Ask(T0).Ask(T0).Allow(false, T0).Miss().Item1;
        var connected = tired.Connect(byBusiness, T0);
        Assert.True(connected.MayAsk(T0));
        Assert.Equal(0, connected.Unanswered);
    }

    [Fact]
    public void Who_has_permission_for_ever_need_not_be_asked() => Assert.False(CallPermission.Strangers.Allow(always: true, T0).MayAsk(T0));

    [Fact]
    public void Two_unanswered_calls_in_a_row_bring_a_question_to_the_user_and_four_end_the_permission()
    {
        var permission = CallPermission.Strangers.Allow(always: true, T0);
        var strikes = new List<Strike>();
        for (var call = 0; call < 5; call++)
        {
            (permission, var strike) = permission.Miss();
            strikes.Add(strike);
        }
        Assert.Equal([Strike.None, Strike.Nudge, Strike.None, Strike.Revoked, Strike.None], strikes);
        Assert.Equal((Grant.None, 4), (permission.Grant, permission.Unanswered));
        Assert.Equal(0, permission.Allow(false, T0).Unanswered);
    }

    [Fact]
    public void An_answered_call_between_them_begins_the_count_anew()
    {
        var permission = CallPermission.Strangers.Allow(always: true, T0);
        for (var call = 0; call < 3; call++) permission = permission.Miss().Item1;
        permission = permission.Connect(byBusiness: true, T0);
        Assert.Equal(Strike.None, permission.Miss().Item2);
        Assert.Equal(Grant.Permanent, permission.Miss().Item1.Grant);
    }

    [Fact]
    public void The_hundred_and_first_connected_call_within_24_hours_is_one_too_many()
    {
        var permission = CallPermission.Strangers.Allow(always: true, T0);
        for (var call = 0; call < 99; call++) permission = permission.Connect(byBusiness: true, T0.AddMinutes(call));
        Assert.True(permission.MayCall(T0.AddHours(2)));
        permission = permission.Connect(byBusiness: true, T0.AddHours(2));
        Assert.False(permission.MayCall(T0.AddHours(3)));
        Assert.Equal(T0.AddHours(24), permission.CallLimit(T0.AddHours(3)).FreeAt);
        Assert.True(permission.MayCall(T0.AddHours(24)));
    }

    [Fact]
    public void Calls_of_the_user_do_not_count_for_the_hundred() =>
        Assert.Equal(0, CallPermission.Strangers.Connect(byBusiness: false, T0).CallLimit(T0).Used);

    [Fact]
    public void The_window_is_open_for_24_hours_after_a_word_or_a_call_of_the_user()
    {
        Assert.False(CallPermission.Strangers.WindowIsOpen(T0));
        var heard = CallPermission.Strangers.Hear(T0);
        Assert.True(heard.WindowIsOpen(T0.AddHours(24).AddSeconds(-1)));
        Assert.False(heard.WindowIsOpen(T0.AddHours(24)));
    }
}
