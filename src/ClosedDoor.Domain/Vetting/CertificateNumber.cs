namespace ClosedDoor.Domain;

/// <summary>How a medical device came onto the market: registered (class 2 and 3) or filed (class 1).</summary>
public enum CertificateKind
{
    Registration,
    Filing,
}

/// <summary>The sixth character of a registration number: where the device is made.</summary>
public enum DeviceOrigin
{
    /// <summary>准: in mainland China.</summary>
    Domestic,

    /// <summary>进: imported.</summary>
    Imported,

    /// <summary>许: in Hong Kong, Macau or Taiwan.</summary>
    HongKongMacauTaiwan,
}

/// <summary>
/// The number of a medical-device registration certificate, <c>国械注准20223160393</c>, or of a class 1 filing,
/// <c>浙温械备20140027</c> (医疗器械注册与备案管理办法, State Administration for Market Regulation order 47).
/// </summary>
public sealed record CertificateNumber
{
    /// <summary>Neither a registration nor a filing number.</summary>
    public static readonly Refusal Malformed = new("certificate_malformed");

    /// <summary>The class digit contradicts who issued the certificate.</summary>
    public static readonly Refusal ClassMismatch = new("certificate_class_mismatch");

    const string National = "国";

    // The second row: the other abbreviation that Guizhou, Yunnan, Gansu and Shaanxi also use.
    const string Provinces = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新" + "黔滇陇秦";

    CertificateNumber(string value) => Value = value;

    /// <summary>The whole number, without spaces and without 号.</summary>
    public string Value { get; }

    public CertificateKind Kind { get; private init; }

    /// <summary>国, a province (浙), or for a filing mostly a province and city (浙温).</summary>
    public required string Scope { get; init; }

    /// <summary>Null for a filing.</summary>
    public DeviceOrigin? Origin { get; private init; }

    /// <summary>The year of the first registration or filing; a renewal keeps it, so it says nothing about expiry.</summary>
    public int Year { get; private init; }

    /// <summary>1 to 3, the riskiest being 3.</summary>
    public int Class { get; private init; }

    /// <summary>
    /// Two digits of the device catalogue; null for a filing. Mostly 01–22, but older numbers carry tails of the 68xx
    /// catalogue, so it is not checked against a list.
    /// </summary>
    public string? Category { get; private init; }

    /// <summary>The last four digits.</summary>
    public required string Serial { get; init; }

    /// <summary>Reads a number as a person types it: spaces and full-width forms are tidied, a final 号 is dropped.</summary>
    public static Outcome<CertificateNumber> Parse(string? text)
    {
        var number = string.Concat(HalfWidth.Of(text ?? "").Where(c => !char.IsWhiteSpace(c)));
        if (number.EndsWith('号'))
            number = number[..^1];
        if (number.Split("械注") is [var scope, { Length: 12 } registration])
            return Registration(number, scope, registration[0], registration[1..]);
        if (number.Split("械备") is [var place, { Length: 8 } filing])
            return Filing(number, place, filing);
        return Bad(
            "证号应形如“国械注准20223160393”（注册证）或“浙温械备20140027”（备案）。",
            "A number looks like 国械注准20223160393 (registration) or 浙温械备20140027 (filing)."
        );
    }

    public override string ToString() => Value;

    static Outcome<CertificateNumber> Registration(string number, string scope, char origin, string digits)
    {
        DeviceOrigin? madeWhere = origin switch
        {
            '准' => DeviceOrigin.Domestic,
            '进' => DeviceOrigin.Imported,
            '许' => DeviceOrigin.HongKongMacauTaiwan,
            _ => null,
        };
        if (madeWhere is null)
            return Bad("“械注”之后应为准、进或许。", "After 械注 comes 准, 进 or 许.");
        if (!digits.All(char.IsAsciiDigit))
            return Bad("注册证号末尾应为11位数字。", "A registration number ends with 11 digits.");
        if (scope != National && !IsProvince(scope))
            return Bad("注册证号应以“国”或省份简称开头。", "A registration number begins with 国 or a province.");
        if (scope != National && madeWhere is not DeviceOrigin.Domestic)
            return Bad(
                "进口及港澳台医疗器械由国家局注册，证号应以“国”开头。",
                "An imported device is registered nationally: its number begins with 国."
            );

        var deviceClass = digits[4] - '0';
        var fitting = (scope == National, madeWhere) switch
        {
            (false, _) => "2",
            (true, DeviceOrigin.Domestic) => "3",
            _ => "23",
        };
        if (!fitting.Contains(digits[4], StringComparison.Ordinal))
            return ClassMismatch.Because(
                $"“{scope}械注{origin}”的类别位应为{string.Join('或', fitting.ToCharArray())}，现为{deviceClass}。",
                $"For {scope}械注{origin} the class digit is {string.Join(" or ", fitting.ToCharArray())}; this has {deviceClass}."
            );
        return new CertificateNumber(number)
        {
            Kind = CertificateKind.Registration,
            Scope = scope,
            Origin = madeWhere,
            Year = YearOf(digits),
            Class = deviceClass,
            Category = digits[5..7],
            Serial = digits[7..],
        };
    }

    static Outcome<CertificateNumber> Filing(string number, string place, string digits)
    {
        if (!digits.All(char.IsAsciiDigit))
            return Bad("备案号末尾应为8位数字。", "A filing number ends with 8 digits.");
        if (place != National && !IsPlace(place))
            return Bad(
                "备案号应以“国”或省份加城市简称开头。",
                "A filing number begins with 国, or with a province and a city."
            );
        return new CertificateNumber(number)
        {
            Kind = CertificateKind.Filing,
            Scope = place,
            Year = YearOf(digits),
            Class = 1,
            Serial = digits[4..],
        };
    }

    static bool IsProvince(string scope) => scope.Length == 1 && Provinces.Contains(scope, StringComparison.Ordinal);

    // Where a province has no city level (Beijing, Hainan's counties), its abbreviation stands alone; some prefectures
    // abbreviate to two or three characters.
    static bool IsPlace(string place) =>
        place.Length is >= 1 and <= 4 && IsProvince(place[..1]) && place.All(c => c is >= '\u4E00' and <= '\u9FFF');

    static int YearOf(string digits) => digits[..4].Aggregate(0, (year, digit) => year * 10 + (digit - '0'));

    static Outcome<CertificateNumber> Bad(string zh, string en) => Malformed.Because(zh, en);
}
