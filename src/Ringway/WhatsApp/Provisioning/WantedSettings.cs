using System.Globalization;
using Ringway.Graph;
using Ringway.Hours;
using Ringway.Options;

namespace Ringway.WhatsApp.Provisioning;

/// <summary>What a line's options want at Meta. What they leave open (<c>keep</c>, no hours) is null, and stays as it is there.</summary>
public static class WantedSettings
{
    /// <summary>Meta takes no more holidays; the next ones count, the others follow with a later apply.</summary>
    public const int MostHolidays = 20;

    /// <param name="now">Meta refuses holidays that are past.</param>
    public static CallingSettings Of(LineOptions line, RingwayOptions options, DateTimeOffset now) => new()
    {
        Sip = new SipSettings
        {
            Status = Words.Enabled,
            Servers = [new SipServer { Hostname = options.Trunk.Host, Port = options.Trunk.Port }],
            WebhookDelivery = options.WhatsApp.WebhookUrl is null ? null : Words.Enabled,
        },
        Status = Words.Enabled,
        CallIconVisibility = line.CallIcon switch { CallIcon.Shown => Words.Default, CallIcon.Hidden => Words.DisableAll, _ => null },
        CallbackPermissionStatus = line.CallbackPermission switch { AtMeta.On => Words.Enabled, AtMeta.Off => Words.Disabled, _ => null },
        CallHours = line.Hours.Schedule is { } schedule ? Hours(schedule, now) : null,
        Audio = line.ExtraCodecs switch
        {
            ExtraCodecs.None => new CallAudio([]),
            ExtraCodecs.G711 => new CallAudio([Words.Pcma, Words.Pcmu]),
            _ => null,
        },
        SrtpKeyExchangeProtocol = line.Media == LineMedia.Sdes ? Words.Sdes : Words.Dtls,
    };

    private static CallHours Hours(Schedule schedule, DateTimeOffset now) => new()
    {
        Status = Words.Enabled,
        TimezoneId = schedule.Zone.Id,
        WeeklyOperatingHours =
        [
            .. from day in Enum.GetValues<DayOfWeek>()
               from span in schedule.On(day)
               select new OpenSpan(day.ToString().ToUpperInvariant(), Time(span.From), Time(span.To)),
        ],
        HolidaySchedule = [.. schedule.HolidaysFrom(schedule.DateAt(now)).Take(MostHolidays).Select(Holiday)],
    };

    /// <summary>
    /// A holiday's times replace those of its weekday. Meta documents no way to say "closed": one minute at midnight is the closest
    /// that is surely valid (a time must end after it begins).
    /// </summary>
    private static HolidaySpan Holiday(Holiday holiday)
    {
        var open = holiday.Open ?? new DaySpan(0, 1);
        return new HolidaySpan(holiday.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Time(open.From), Time(open.To));
    }

    /// <summary><c>HHMM</c>; the end of the day is 2359, as in Meta's samples.</summary>
    private static string Time(int minute) => DaySpan.Clock(Math.Min(minute, DaySpan.Midnight - 1)).Replace(":", "", StringComparison.Ordinal);
}
