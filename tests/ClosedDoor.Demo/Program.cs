using System.Text;
using ClosedDoor.Demo;
using ClosedDoor.Demo.Scenes;
using ClosedDoor.Platform;

// make demo: the whole story over HTTP, on an instance of its own, told in Chinese and checked at every step.
// demo SERVICE_DLL [DATABASE]; DATABASE is a connection string to an empty PostgreSQL database (or CLOSEDDOOR_DATABASE),
// without which the story plays on a temporary SQLite file. Exit codes: 0 all as told, 1 a step went otherwise, 2 usage.
if (args is not [var dll, .. { Length: <= 1 } rest])
{
    Console.Error.WriteLine("usage: demo SERVICE_DLL [DATABASE]");
    return 2;
}

Console.OutputEncoding = Encoding.UTF8;
var database = rest is [var named] ? named : Environment.GetEnvironmentVariable("CLOSEDDOOR_DATABASE");
var transcript = new Transcript(Console.Out);
try
{
    await using var stage = await Stage.Open(dll, database, transcript);
    transcript.Title("医疗机构对接闭门会 · 全流程演示", stage.Setting);
    await stage.Play("主办方开设闭门会场次", OpenSession.Play);
    await stage.Play("十家企业注册", SignUp.Play);
    await stage.Play("资质审核", Vet.Play);
    await stage.Play("九家企业抢八个席位", RushForSeats.Play);
    await stage.Play("五家企业选择对公转账，一家在线支付", ChooseHowToPay.Play);
    await stage.Play("取消、到期与候补递补", MoveUp.Play);
    await stage.Play("五家企业到账，导入银行流水", ImportStatements.Play);
    await stage.Play("逾期到账，席位已售，全额退款", PayLate.Play);
    await stage.Play("按冻结的退款规则取消，退还一半", CancelAtHalf.Play);
    await stage.Play("场次对账单与总账", BalanceBooks.Play);
    await stage.Play("嘉宾名单：邀请、递补与成会", RunGuestList.Play);
    await stage.Play("线上咨询与合作模式", Consult.Play);
    await stage.Play("一对一洽谈：回避、需求与意向", TellWishes.Play);
    await stage.Play("一对一洽谈：排定并证明最优", MakeTimetable.Play);
    await stage.Play("参会代表、凭证与签到", OpenDoors.Play);
    await stage.Play("领导晚到，以最少改动重排", ComeLate.Play);
    await stage.Play("洽谈进行与成果", MeetAndRecord.Play);
    await stage.Play("会后：出席、利益登记与报告", CloseDay.Play);
    await stage.Play("审计日志核验", VerifyAudit.Play);
    transcript.End();
    return 0;
}
catch (Exception failure) when (failure is StepFailedException or InvalidSettingException)
{
    transcript.Failed(failure.Message);
    return 1;
}
catch (Exception bug)
{
    transcript.Failed(bug.ToString());
    return 1;
}
