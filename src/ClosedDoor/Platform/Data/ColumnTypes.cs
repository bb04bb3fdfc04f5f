using System.Data;
using Dapper;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Platform.Data;

/// <summary>How the domain's types stand in columns: instants as Unix milliseconds UTC, civil dates and times as ISO text.</summary>
static class ColumnTypes
{
    public static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new InstantColumn());
        SqlMapper.AddTypeHandler(new DateColumn());
        SqlMapper.AddTypeHandler(new TimeColumn());
    }

    public static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    sealed class InstantColumn : SqlMapper.TypeHandler<Instant>
    {
        public override void SetValue(IDbDataParameter parameter, Instant value) =>
            (parameter.DbType, parameter.Value) = (DbType.Int64, value.ToUnixTimeMilliseconds());

        public override Instant Parse(object value) => Instant.FromUnixTimeMilliseconds((long)value);
    }

    sealed class DateColumn : SqlMapper.TypeHandler<LocalDate>
    {
        public override void SetValue(IDbDataParameter parameter, LocalDate value) =>
            (parameter.DbType, parameter.Value) = (DbType.String, LocalDatePattern.Iso.Format(value));

        public override LocalDate Parse(object value) => LocalDatePattern.Iso.Parse((string)value).Value;
    }

    sealed class TimeColumn : SqlMapper.TypeHandler<LocalTime>
    {
        public override void SetValue(IDbDataParameter parameter, LocalTime value) =>
            (parameter.DbType, parameter.Value) = (DbType.String, Time.Format(value));

        public override LocalTime Parse(object value) => Time.Parse((string)value).Value;
    }
}
