namespace ClosedDoor.Demo.Scenes;

/// <summary>Six of the eight choose to pay by bank transfer, which keeps their seats for days.</summary>
static class ChooseTransfer
{
    public static async Task Play(Stage stage)
    {
        foreach (var company in stage.Holders[..6])
            await Ask(stage, company, tellPayee: company == stage.Holders[0]);
        await stage.Seats(held: 8, confirmed: 0);
    }

    public static Task Ask(Stage stage, Company company, bool tellPayee = false) =>
        stage.Step(
            company.Name,
            $"{company.Seat} 号席位选择对公转账",
            async () =>
            {
                var payment = (
                    await company.Api.Post(
                        $"/reservations/{company.ReservationId}/payments",
                        new { method = "bank_transfer" }
                    )
                ).Expect(201);
                stage.Check(payment.Text("status") == "awaiting_transfer", "付款应为待转账。");
                company.PaymentId = payment.Id;
                stage.Paying.Add(company);
                var payee =
                    $"{payment.Text("payee.name")}（{payment.Text("payee.bank")} {payment.Text("payee.account")}）";
                return $"{payment.By("dueAt")} 前汇 {payment.Money("amount")}，附言 {payment.Text("reference")}"
                    + (tellPayee ? $"，收款人 {payee}" : "");
            }
        );
}
