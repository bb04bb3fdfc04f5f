using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Pages;
using ClosedDoor.Platform.Telemetry;
using Microsoft.Net.Http.Headers;

namespace ClosedDoor.Platform.Http;

/// <summary>RFC 9457 problem details, with the stable code that callers switch on.</summary>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
    string Instance,
    string Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyDictionary<string, string[]>? Errors,
    string RequestId
);

/// <summary>What each refusal is on the wire: the one place where a code meets a status and words.</summary>
public static class Problems
{
    sealed record Row(int Status, string Zh, string En);

    static readonly FrozenDictionary<string, Row> Rows = new Dictionary<Refusal, Row>
    {
        [Refusals.Malformed] = new(400, "请求格式错误", "Malformed request"),
        [Refusals.InvalidCursor] = new(400, "分页游标无效", "Invalid cursor"),
        [Refusals.Unauthenticated] = new(401, "请先登录", "Sign in first"),
        [Refusals.WrongCredentials] = new(401, "邮箱或密码不正确", "Wrong e-mail or password"),
        [Refusals.RefreshTokenInvalid] = new(401, "刷新令牌无效或已失效", "The refresh token is invalid or spent"),
        [Refusals.Forbidden] = new(403, "无权执行此操作", "Not permitted"),
        [Refusals.CompanyNotVetted] = new(403, "企业尚未通过资质审核", "The company has not passed vetting"),
        [Refusals.CertificateExpiresBeforeSession] = new(
            403,
            "证书将在场次日前到期",
            "A certificate expires before the session day"
        ),
        [Refusals.NotFound] = new(404, "未找到", "Not found"),
        [Refusals.MethodNotAllowed] = new(405, "不支持该请求方法", "Method not allowed"),
        [Refusals.IdempotencyInProgress] = new(
            409,
            "相同幂等键的请求仍在处理中",
            "A request with this idempotency key is still running"
        ),
        [Refusals.OwnAccount] = new(
            409,
            "不能停用自己的账户，请由同事或主办方操作",
            "Nobody ends their own account: a colleague or the organizer does"
        ),
        [Refusals.LastOwner] = new(409, "至少保留一名所有者", "At least one owner must remain"),
        [Refusals.CompanyExists] = new(
            409,
            "该统一社会信用代码已注册",
            "A company with this social credit code exists"
        ),
        [Refusals.EmailTaken] = new(409, "该邮箱已被使用", "This e-mail address is taken"),
        [Refusals.VettingOpen] = new(409, "已有进行中的资质审核", "A vetting is already under way"),
        [Refusals.WrongVettingStatus] = new(
            409,
            "审核当前状态不允许此操作",
            "The vetting's status does not allow this"
        ),
        [Refusals.SecondReviewerNeeded] = new(
            409,
            "须由另一名审核人复核",
            "The second sign-off must be another reviewer's"
        ),
        [Refusals.CreditBlocked] = new(409, "医药价格和招采信用等级不允许通过", "The credit rating forbids approval"),
        [Refusals.CreditQueryNeeded] = new(409, "请先登记信用查询结果", "Record the credit query first"),
        [Refusals.WrongSessionStatus] = new(
            409,
            "场次当前状态不允许此操作",
            "The session's status does not allow this"
        ),
        [Refusals.SessionNotOnSale] = new(409, "场次未开放预订", "The session is not on sale"),
        [Refusals.SessionFull] = new(409, "席位已满", "The session is full"),
        [Refusals.SessionBegun] = new(409, "场次已开始", "The session has begun"),
        [Refusals.AdmissionByApproval] = new(
            409,
            "本场次按申请审批，请提交申请",
            "This session admits by approval: apply for a seat"
        ),
        [Refusals.SeatsBlockDay] = new(
            409,
            "有席位的企业，其证书将在新日期前到期",
            "A company with a seat has a certificate that expires before the new day"
        ),
        [Refusals.SeatsTaken] = new(409, "席位数不能少于已占用席位", "Fewer seats than are taken"),
        [Refusals.SeatsAvailable] = new(409, "仍有空余席位，可直接预订", "Seats are available: reserve one"),
        [Refusals.AlreadyReserved] = new(
            409,
            "企业在本场次已有预订",
            "The company already has a reservation in this session"
        ),
        [Refusals.CompaniesWaiting] = new(
            409,
            "候补名单上仍有企业，不能改为按申请审批",
            "Companies are on the waitlist, which admission by approval has none of"
        ),
        [Refusals.AlreadyWaiting] = new(409, "企业已在候补名单中", "The company is already on the waitlist"),
        [Refusals.WrongReservationStatus] = new(
            409,
            "预订当前状态不允许此操作",
            "The reservation's status does not allow this"
        ),
        [Refusals.HoldLapsed] = new(409, "席位暂留已到期", "The hold has lapsed"),
        [Refusals.DelegatesClosed] = new(409, "参会代表变更已截止", "Delegates can no longer be changed"),
        [Refusals.TicketInvalid] = new(409, "凭证无效或不属于本场次", "The ticket is not valid for this session"),
        [Refusals.NonceReused] = new(409, "该随机数已用于另一张凭证", "The nonce was used for another ticket"),
        [Refusals.PairingCodeInvalid] = new(409, "配对码无效或已过期", "The pairing code is wrong, used or too old"),
        [Refusals.GuestNotComing] = new(409, "嘉宾未确认出席", "The guest has not accepted, or has withdrawn"),
        [Refusals.DelegateReplaced] = new(409, "该参会代表已被替换", "This delegate has been replaced"),
        [Refusals.CheckInUndone] = new(409, "该签到已被撤销", "This check-in was taken back"),
        [Refusals.NotCheckedIn] = new(409, "尚未签到", "Not checked in"),
        [Refusals.BenefitToOfficial] = new(
            409,
            "公务员不得接受任何费用、礼品或兼职",
            "An official may receive no fee, gift or post"
        ),
        [Refusals.PayerIsCompany] = new(409, "付款方不得为企业", "The payer may not be a company"),
        [Refusals.BenefitForPromotion] = new(409, "不得与产品推广挂钩", "Nothing may be given in return for promotion"),
        [Refusals.BenefitVoided] = new(409, "该笔记录已作废", "This line is struck out already"),
        [Refusals.SessionNotBegun] = new(409, "场次尚未开始", "The session has not begun"),
        [Refusals.DelegateDecided] = new(
            409,
            "该参会代表已作出相同审核决定",
            "This has been decided about the delegate already"
        ),
        [Refusals.DelegateCheckedIn] = new(409, "已签到的代表不能替换", "A delegate who has checked in stays"),
        [Refusals.SeatNotConfirmed] = new(409, "席位尚未确认", "The seat is not confirmed"),
        [Refusals.DelegateNotVetted] = new(409, "参会代表尚未通过审核", "The delegate has not been approved"),
        [Refusals.AgreementsMissing] = new(
            409,
            "尚未签署保密协议与廉洁承诺书",
            "The NDA and the integrity pledge are not accepted yet"
        ),
        [Refusals.SlotTaken] = new(409, "该咨询时段已被预约", "This consultation slot is taken"),
        [Refusals.SlotPast] = new(409, "该咨询时段已开始或已撤下", "This consultation slot has begun or was withdrawn"),
        [Refusals.ConsultationExists] = new(
            409,
            "企业在本场次已预约线上咨询",
            "The company has a consultation for this session already"
        ),
        [Refusals.WrongConsultationStatus] = new(
            409,
            "咨询当前状态不允许此操作",
            "The consultation's status does not allow this"
        ),
        [Refusals.DraftMissing] = new(409, "请先填写合作模式草案", "Write the cooperation-model draft first"),
        [Refusals.DraftBlocked] = new(
            409,
            "合作模式草案不符合法规要求",
            "A legal rule blocks this cooperation-model draft"
        ),
        [Refusals.ConsultationNeeded] = new(
            409,
            "请先完成线上咨询，再选择付款方式",
            "Finish the online consultation before choosing how to pay"
        ),
        [Refusals.NobodyToMatch] = new(
            409,
            "没有可安排洽谈的企业、嘉宾或时段",
            "Nobody to match, or no slot in the day"
        ),
        [Refusals.WrongTimetableStatus] = new(409, "日程当前状态不允许此操作", "Not possible in the timetable's state"),
        [Refusals.TimetableOutdated] = new(409, "已有更新的日程发布", "A later timetable has been published"),
        [Refusals.TimetableRulesBroken] = new(422, "日程违反规则", "The timetable breaks rules"),
        [Refusals.WrongMeetingStatus] = new(409, "洽谈当前状态不允许此操作", "Not possible in the meeting's state"),
        [Refusals.MeetingsStand] = new(
            409,
            "已开始或已锁定的洽谈与新的安排不符",
            "Meetings that have begun or are frozen do not fit the new layout"
        ),
        [Refusals.TimetableInTheMaking] = new(409, "本场次正在生成日程", "A timetable of this session is being made"),
        [Refusals.SearchStopped] = new(
            409,
            "尚未得到任何结果，搜索已被停止",
            "The search was stopped before it had found anything"
        ),
        [Refusals.MeetingNotBegun] = new(409, "洽谈尚未开始", "The meeting has not begun"),
        [Refusals.DayNotOver] = new(409, "当天的洽谈时段尚未结束", "The day of the meetings is not over"),
        [Refusals.MeetingsUndecided] = new(
            409,
            "仍有洽谈的到场情况未定",
            "It is not settled yet who came to all meetings"
        ),
        [Refusals.OutcomeExists] = new(409, "该进展已登记", "This outcome is recorded already"),
        [Refusals.OutcomeConfirmed] = new(409, "对方已确认该进展", "The other side has confirmed this outcome"),
        [Refusals.PaymentExists] = new(
            409,
            "该预订已有进行中的付款",
            "The reservation already has a payment under way"
        ),
        [Refusals.PaymentMethodUnavailable] = new(409, "该支付方式未开通", "This payment method is not available"),
        [Refusals.WrongPaymentStatus] = new(
            409,
            "付款当前状态不允许此操作",
            "The payment's status does not allow this"
        ),
        [Refusals.WrongRefundStatus] = new(409, "退款当前状态不允许此操作", "The refund's status does not allow this"),
        [Refusals.RefundTooLarge] = new(409, "超过可退金额", "More than may be refunded"),
        [Refusals.SecondPersonNeeded] = new(409, "须由另一人办理", "Another person must do this"),
        [Refusals.FapiaoProfileMissing] = new(409, "请先填写开票资料", "Set the fapiao details first"),
        [Refusals.FapiaoRequested] = new(409, "该付款已申请发票", "A fapiao is asked for already"),
        [Refusals.FapiaoNotIssued] = new(409, "发票尚未开具", "The fapiao is not issued yet"),
        [Refusals.RedLetterRecorded] = new(
            409,
            "该退款或该号码的红字发票已登记",
            "This refund, or this number, has its red letter recorded"
        ),
        [Refusals.RedLetterNeeded] = new(
            409,
            "已开具发票，须先登记红字发票",
            "A fapiao was issued: record its red-letter fapiao first"
        ),
        [Refusals.WrongBankLineStatus] = new(
            409,
            "该笔款项当前状态不允许此操作",
            "What has become of this money does not allow this"
        ),
        [Refusals.BankSerialRecorded] = new(409, "该银行流水号已登记", "This bank serial is already recorded"),
        [Refusals.HospitalExists] = new(
            409,
            "该医院已登记",
            "A hospital with this social credit or registration code is registered"
        ),
        [Refusals.GuestExists] = new(
            409,
            "该手机号或邮箱的嘉宾已登记",
            "A guest with this phone or e-mail is registered"
        ),
        [Refusals.GuestForgotten] = new(409, "该嘉宾信息已删除", "This guest's data has been erased"),
        [Refusals.GuestUnderRank] = new(409, "嘉宾职务未达主任级", "The guest's post is below department head"),
        [Refusals.HospitalNotGradeA] = new(409, "医院非三级甲等", "The hospital is not tertiary grade A"),
        [Refusals.AlreadyInvited] = new(409, "嘉宾已在本场次名单中", "The guest is on this session's list already"),
        [Refusals.GuestListFull] = new(409, "嘉宾名额已满", "The session has as many guests as it may have"),
        [Refusals.WrongInvitationStatus] = new(
            409,
            "邀请当前状态不允许此操作",
            "The invitation's status does not allow this"
        ),
        [Refusals.UnitApprovalMissing] = new(409, "缺少单位批准文件", "The unit's approval is not on file"),
        [Refusals.ConsentTextChanged] = new(
            409,
            "文本已更新，请阅读最新版本后再确认",
            "The text has changed: read the current version first"
        ),
        [Refusals.QuorumMissing] = new(409, "尚未达到成会条件", "The session's quorum is not reached"),
        [Refusals.StaleVersion] = new(412, "数据已被他人修改，请刷新后重试", "It has changed since you read it"),
        [Refusals.TooLarge] = new(413, "请求内容过大", "Too large"),
        [Refusals.UnsupportedMediaType] = new(415, "不支持的内容类型", "Unsupported media type"),
        [Refusals.FileTypeRefused] = new(415, "只接受 PDF、PNG、JPEG 文件", "Only PDF, PNG and JPEG files are taken"),
        [Refusals.SheetTypeRefused] = new(415, "只接受 CSV、XLSX 表格文件", "Only CSV and XLSX files are taken"),
        [Refusals.SheetUnreadable] = new(422, "表格文件无法读取", "The table cannot be read"),
        [Refusals.Invalid] = new(422, "提交的内容有误", "Some values are invalid"),
        [Refusals.VettingIncomplete] = new(422, "资质审核材料不完整", "The vetting application is incomplete"),
        [Refusals.IdempotencyKeyReused] = new(
            422,
            "幂等键已用于另一请求",
            "This idempotency key was used for another request"
        ),
        [Refusals.TooManyAttempts] = new(429, "登录尝试次数过多，请稍后再试", "Too many attempts: try again later"),
        [Refusals.TooManyRequests] = new(429, "请求过于频繁", "Too many requests"),
        [Refusals.InternalError] = new(500, "服务内部错误", "Internal error"),
        [Refusals.Unavailable] = new(503, "服务暂时不可用，请稍后重试", "Temporarily unavailable: try again later"),
    }.ToFrozenDictionary(row => row.Key.Code, row => row.Value);

    /// <summary>Every refusal that has a status and words.</summary>
    public static IEnumerable<Refusal> All => Rows.Keys.Select(code => new Refusal(code));

    /// <summary>Where all problem codes are listed, each at its own anchor.</summary>
    public const string Page = "/docs/problems";

    /// <summary>The problem's <c>type</c>: its line on <see cref="Page"/>.</summary>
    public static string TypeOf(Refusal refusal) => $"{Page}#{refusal.Code}";

    public static int StatusOf(Refusal refusal) => Rows[refusal.Code].Status;

    public static Text TitleOf(Refusal refusal) => new(Rows[refusal.Code].Zh, Rows[refusal.Code].En);

    public static Task Write(HttpContext http, Refusal refusal)
    {
        var row = Rows[refusal.Code];
        if (refusal.RetryAfterSeconds is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.StatusCode = row.Status;
        if (ProblemPage.IsFor(http.Request))
            return ProblemPage.Write(http, refusal);

        var english = PrefersEnglish(http.Request);
        var problem = new Problem(
            Type: TypeOf(refusal),
            Title: english ? row.En : row.Zh,
            Status: row.Status,
            Detail: Say(refusal.Detail),
            Instance: http.Request.Path.ToUriComponent(),
            Code: refusal.Code,
            Errors: refusal.Fields?.ToDictionary(
                field => field.Key,
                field => field.Value.Select(text => Say(text)!).ToArray()
            ),
            RequestId: RequestId.Of(http)
        );

        http.Response.Headers.ContentLanguage = english ? "en" : "zh-CN";
        return Answer.WriteJson(http, problem, "application/problem+json");

        string? Say(Text? text) => english ? text?.En : text?.Zh;
    }

    /// <summary>Chinese unless English is asked for with a higher weight (RFC 9110, 12.5.4).</summary>
    public static bool PrefersEnglish(HttpRequest request)
    {
        var header = request.Headers.AcceptLanguage;
        if (header.Count == 0 || !StringWithQualityHeaderValue.TryParseList(header, out var languages))
            return false;
        double english = 0,
            chinese = 0;
        foreach (var language in languages)
        {
            var weight = language.Quality ?? 1;
            if (language.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase))
                english = Math.Max(english, weight);
            else if (language.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase))
                chinese = Math.Max(chinese, weight);
        }
        return english > chinese;
    }
}
